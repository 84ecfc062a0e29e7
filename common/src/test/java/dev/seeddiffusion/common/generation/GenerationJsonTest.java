package dev.seeddiffusion.common.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

class GenerationJsonTest {

    private final JsonMapper json = new JsonMapper();

    static Stream<Arguments> events() {
        return Stream.of(
                Arguments.of(
                        new GenerationEvent.Started("r1", 12, 8),
                        """
                        {"event":"started","requestId":"r1","promptTokens":12,"cachedTokens":8}"""),
                Arguments.of(
                        new GenerationEvent.Drafted(
                                1,
                                3,
                                "retu░ n",
                                32,
                                List.of("retu", "░", " n"),
                                List.of(0.5f, 0f, 0.25f),
                                List.of(2)),
                        """
                        {"event":"drafted","blockIndex":1,"step":3,"text":"retu░ n",\
                        "committedTokens":32,"tokens":["retu","░"," n"],\
                        "confidences":[0.5,0.0,0.25],"changed":[2]}"""),
                Arguments.of(
                        new GenerationEvent.Committed(
                                0, List.of(new PlacedToken(7, "return", 1, 0.5f, 0)), "return\n"),
                        """
                        {"event":"committed","firstPosition":0,\
                        "tokens":[{"id":7,"text":"return","step":1,"confidence":0.5,\
                        "revisions":0}],"text":"return\\n"}"""),
                Arguments.of(
                        new GenerationEvent.Finished(
                                FinishReason.LENGTH,
                                new Usage(12, 8, 32, 9, 8, PrefixChoice.FETCH)),
                        """
                        {"event":"finished","reason":"LENGTH","usage":{"promptTokens":12,\
                        "cachedTokens":8,"completionTokens":32,\
                        "forwards":9,"denoisingSteps":8,"prefix":"FETCH"}}"""),
                Arguments.of(
                        new GenerationEvent.Failed(ErrorCode.OVERLOADED, "full", true),
                        """
                        {"event":"failed","code":"OVERLOADED",\
                        "message":"full","retryable":true}"""),
                Arguments.of(
                        new GenerationEvent.Failed(ErrorCode.OVERLOADED, "full", true, 7),
                        """
                        {"event":"failed","code":"OVERLOADED","message":"full",\
                        "retryable":true,"retryAfterSeconds":7}"""));
    }

    @ParameterizedTest
    @MethodSource("events")
    void an_event_comes_back_as_it_was(GenerationEvent event, String wire) {
        String written = json.writerFor(GenerationEvent.class).writeValueAsString(event);

        assertThat(json.readTree(written)).isEqualTo(json.readTree(wire));
        assertThat(json.readValue(written, GenerationEvent.class)).isEqualTo(event);
    }

    @Test
    void an_event_of_another_name_is_an_error() {
        assertThatThrownBy(() -> json.readValue("{\"event\":\"renamed\"}", GenerationEvent.class))
                .isInstanceOf(JacksonException.class);
    }

    @ParameterizedTest
    @MethodSource("requests")
    void a_request_comes_back_as_it_was(GenerationRequest request) {
        String written = json.writeValueAsString(request);

        assertThat(json.readValue(written, GenerationRequest.class)).isEqualTo(request);
    }

    static Stream<GenerationRequest> requests() {
        return Stream.of(
                request("def f():\n", List.of("\n\n", "░"), null, null, null),
                request("", List.of(), 16, 0.9, 2000),
                request("", List.of(), 16, 0.9, 2000)
                        .resumed(new Resume(List.of(5, 0, 7), 2), null, 1500));
    }

    @Test
    void a_request_keeps_what_the_user_wrote_out_of_logs() {
        GenerationRequest request = request("my secret", List.of("secret stop"), null, null, null);

        assertThat(request.toString()).contains("r1").doesNotContain("secret");
    }

    private static GenerationRequest request(
            String prompt,
            List<String> stop,
            Integer blockTokens,
            Double threshold,
            Integer deadlineMillis) {
        return new GenerationRequest(
                "r1",
                "tenant",
                prompt,
                "suffix",
                null,
                Edit.KEEPING,
                64,
                0.7,
                0.95,
                Long.MIN_VALUE,
                stop,
                Decoding.DIFFUSION,
                blockTokens,
                threshold,
                true,
                9,
                deadlineMillis,
                null);
    }
}
