package dev.seeddiffusion.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.http.MediaType;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Edits cost little and leave alone what nobody asked to change. {@code edits.jsonl} holds the
 * first 100 edits of the nano suite that fit into the model's context.
 */
class EditsTest {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int AT_ONCE = 8;
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private record Edit(String code, String instruction, String answer) {}

    private record Edited(Edit edit, String code, int steps, int stepsFromMasks) {}

    @Test
    void untouched_lines_stay_and_an_edit_takes_at_most_half_of_the_steps_from_masks()
            throws IOException {
        List<Edit> edits;
        try (var lines = Files.lines(Path.of("src/test/resources/edits.jsonl"))) {
            edits = lines.map(line -> JSON.readValue(line, Edit.class)).toList();
        }
        assertThat(edits).hasSize(100);

        List<Edited> all =
                Flux.fromIterable(edits)
                        .flatMapSequential(EditsTest::edited, AT_ONCE)
                        .collectList()
                        .blockOptional(PATIENCE)
                        .orElseThrow();

        assertThat(all)
                .allSatisfy(
                        edited -> {
                            List<String> untouched = common(edited.edit.code, edited.edit.answer);
                            assertThat(common(String.join("\n", untouched), edited.code))
                                    .isEqualTo(untouched);
                        });
        long right = all.stream().filter(it -> it.code.equals(it.edit.answer)).count();
        int steps = ShippedModel.median(all.stream().map(Edited::steps).sorted().toList());
        int fromMasks =
                ShippedModel.median(all.stream().map(Edited::stepsFromMasks).sorted().toList());
        System.out.printf(
                "100 edits: %d as expected; median steps %d, from masks %d.%n",
                right, steps, fromMasks);
        assertThat(right).isGreaterThanOrEqualTo(90);
        assertThat(2 * steps).isLessThanOrEqualTo(fromMasks);
    }

    private static Mono<Edited> edited(Edit edit) {
        ObjectNode asked = JSON.createObjectNode();
        asked.putArray("messages")
                .addObject()
                .put("role", "user")
                .put(
                        "content",
                        "<|code_to_edit|>\n%s<|/code_to_edit|>\n%s"
                                .formatted(edit.code, edit.instruction));
        ObjectNode anew =
                JSON.createObjectNode().put("prompt", edit.code + "\n# " + edit.instruction + "\n");
        return Mono.zip(post("/v1/edit/completions", asked), post("/v1/completions", anew))
                .map(
                        answers -> {
                            String said =
                                    answers.getT1().at("/choices/0/message/content").asString();
                            String code =
                                    said.substring("```\n".length(), said.lastIndexOf("\n```"));
                            return new Edited(
                                    edit, code, steps(answers.getT1()), steps(answers.getT2()));
                        });
    }

    private static int steps(JsonNode answer) {
        return answer.at("/diffusion/denoising_steps").asInt();
    }

    private static Mono<JsonNode> post(String path, ObjectNode body) {
        return ShippedModel.client()
                .post()
                .uri(path)
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(JSON.writeValueAsString(body))
                .retrieve()
                .bodyToMono(String.class)
                .map(JSON::readTree);
    }

    /** The lines of a longest common subsequence. */
    private static List<String> common(String first, String second) {
        String[] a = first.split("\n");
        String[] b = second.split("\n");
        int[][] longest = new int[a.length + 1][b.length + 1];
        for (int i = a.length - 1; i >= 0; i--) {
            for (int j = b.length - 1; j >= 0; j--) {
                longest[i][j] =
                        a[i].equals(b[j])
                                ? longest[i + 1][j + 1] + 1
                                : Math.max(longest[i + 1][j], longest[i][j + 1]);
            }
        }
        List<String> lines = new ArrayList<>();
        for (int i = 0, j = 0; i < a.length && j < b.length; ) {
            if (a[i].equals(b[j])) {
                lines.add(a[i++]);
                j++;
            } else if (longest[i + 1][j] >= longest[i][j + 1]) {
                i++;
            } else {
                j++;
            }
        }
        return lines;
    }
}
