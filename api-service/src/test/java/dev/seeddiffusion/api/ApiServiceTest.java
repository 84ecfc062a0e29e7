package dev.seeddiffusion.api;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/** The whole api-service on a port of its own, in front of a {@link FakeGenerationBackend}. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, classes = ApiServiceApplication.class)
@Import(ApiServiceTest.Backend.class)
public @interface ApiServiceTest {

    @TestConfiguration(proxyBeanMethods = false)
    class Backend {

        @Bean
        FakeGenerationBackend backend() {
            return new FakeGenerationBackend();
        }
    }
}
