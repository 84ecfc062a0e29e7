package dev.seeddiffusion.system;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The architecture's rules, each with its reason, on the classes that the modules were built to.
 */
class ArchitectureTest {

    private static final String ROOT = "dev.seeddiffusion.";

    /** What each module may know of ours, by package. */
    private static final Map<String, List<String>> MAY_KNOW =
            Map.of(
                    "common", List.of(),
                    "diffusion", List.of(),
                    "training", List.of("diffusion"),
                    "cache", List.of("common"),
                    "inference", List.of("common", "diffusion"),
                    "api", List.of("common"),
                    "standalone", List.of("common", "api", "inference"));

    private static final List<String> MODULES =
            List.of(
                    "common",
                    "diffusion",
                    "training",
                    "cache-service",
                    "inference-service",
                    "api-service",
                    "standalone");

    private static JavaClasses all;

    @BeforeAll
    static void read() {
        List<Path> built =
                MODULES.stream().map(module -> Path.of("..", module, "target", "classes")).toList();
        all = new ClassFileImporter().importPaths(built);
    }

    @Test
    void every_module_was_read() {
        for (String module : MAY_KNOW.keySet()) {
            assertThat(all.stream().filter(type -> isIn(type, module)))
                    .as("classes of " + module)
                    .isNotEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "common",
                "diffusion",
                "training",
                "cache",
                "inference",
                "api",
                "standalone"
            })
    void a_module_knows_only_what_the_design_lets_it(String module) {
        String[] allowed =
                MAY_KNOW.get(module).stream()
                        .map(name -> ROOT + name + "..")
                        .toArray(String[]::new);
        noClasses()
                .that()
                .resideInAPackage(ROOT + module + "..")
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage("dev.seeddiffusion..")
                                .and(not(resideInAnyPackage(ROOT + module + "..")))
                                .and(not(resideInAnyPackage(allowed))))
                .because("arrows between modules point one way: see docs/architecture.md")
                .check(all);
    }

    @Test
    void only_the_model_and_its_training_know_the_tensor_library() {
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + "diffusion..", ROOT + "training..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("ai.djl..")
                .because("the services talk to the sampler, not to tensors")
                .check(all);
    }

    @Test
    void the_model_is_a_plain_library() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + "diffusion..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.springframework..", "reactor..", "io.netty..")
                .because("it is used from a command line as well as from services")
                .check(all);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "common",
                "diffusion",
                "training",
                "cache",
                "inference",
                "api",
                "standalone"
            })
    void packages_have_no_cycles(String module) {
        slices().matching(ROOT + module + ".(*)..")
                .should()
                .beFreeOfCycles()
                .because("a reader can begin at one end")
                .allowEmptyShould(true)
                .check(all);
    }

    @Test
    void nothing_blocks_a_reactive_thread() {
        noClasses()
                .that()
                .resideInAnyPackage(ROOT + "api..", ROOT + "cache..", ROOT + "inference..")
                .and()
                .areNotAssignableTo("org.springframework.ai.chat.model.ChatModel")
                .should()
                .callMethodWhere(
                        target(nameMatching("block(First|Last|Optional)?"))
                                .and(target(owner(resideInAnyPackage("reactor..")))))
                .because(
                        "WebFlux serves everybody from a few threads; only Spring AI's ChatModel has"
                                + " a method that must block, which those threads refuse to run")
                .check(all);
    }

    @Test
    void packages_are_named_by_feature() {
        classes()
                .should()
                .resideOutsideOfPackages(
                        "..controller..", "..service..", "..util..", "..impl..", "..dto..")
                .because("the file list is the table of contents")
                .check(all);
    }

    private static boolean isIn(JavaClass type, String module) {
        return type.getPackageName().startsWith(ROOT + module);
    }

    private static DescribedPredicate<JavaClass> not(
            DescribedPredicate<? super JavaClass> predicate) {
        return DescribedPredicate.not(predicate).forSubtype();
    }
}
