package dev.seeddiffusion.diffusion.chat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.interpret.RenderResult;
import com.hubspot.jinjava.interpret.TemplateError;
import com.hubspot.jinjava.lib.fn.ELFunctionDefinition;
import dev.seeddiffusion.diffusion.checkpoint.CheckpointException;
import dev.seeddiffusion.diffusion.tokenizer.CodeTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The chat template that a checkpoint is published with: Jinja in {@code tokenizer_config.json} or
 * {@code chat_template.jinja}.
 *
 * <p>Rendered by jinjava, which knows most of the language. What it does not know is refused;
 * nothing is left out silently. Immutable and thread-safe.
 */
public final class ChatTemplate {

    private static final String CONFIG = "tokenizer_config.json";
    private static final String FILE = "chat_template.jinja";

    /** Of a rendered conversation; no context holds more. */
    private static final long MOST_CHARACTERS = 1L << 23;

    private final String source;
    private final Map<String, String> tokens;
    private final Jinjava jinja;

    private ChatTemplate(String source, Map<String, String> tokens) {
        this.source = trimmed(source);
        this.tokens = tokens;
        this.jinja =
                new Jinjava(
                        JinjavaConfig.newBuilder()
                                .withTrimBlocks(true)
                                .withLstripBlocks(true)
                                .withMaxOutputSize(MOST_CHARACTERS)
                                // What a user writes is text, whatever it looks like.
                                .withNestedInterpretationEnabled(false)
                                .build());
        jinja.getGlobalContext()
                .registerFunction(
                        new ELFunctionDefinition(
                                "", "raise_exception", ChatTemplate.class, "refuse", String.class));
    }

    /**
     * @param folder of a checkpoint
     * @return none if the model was not taught to converse
     * @throws CheckpointException if its files are malformed
     */
    public static Optional<ChatTemplate> read(Path folder) {
        try {
            JsonObject config =
                    Files.exists(folder.resolve(CONFIG))
                            ? JsonParser.parseString(Files.readString(folder.resolve(CONFIG)))
                                    .getAsJsonObject()
                            : new JsonObject();
            Map<String, String> tokens = new HashMap<>();
            for (String name : List.of("bos_token", "eos_token", "pad_token", "unk_token")) {
                tokens.put(name, text(config.get(name)));
            }
            if (Files.exists(folder.resolve(FILE))) {
                String source = Files.readString(folder.resolve(FILE));
                return Optional.of(new ChatTemplate(source, tokens));
            }
            String source = text(config.get("chat_template"));
            return source.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new ChatTemplate(source, tokens));
        } catch (IOException
                | JsonParseException
                | IllegalStateException
                | UnsupportedOperationException e) {
            throw new CheckpointException(folder.resolve(CONFIG) + ": " + e, e);
        }
    }

    /** Takes the space away that a dash does away with; the library leaves some of it. */
    private static String trimmed(String source) {
        return source.replaceAll("\\s*(\\{[{%])-", "$1").replaceAll("-([}%]})\\s*", "$1");
    }

    /** A text, given as itself or as an object that has it; empty if there is none. */
    private static String text(JsonElement value) {
        if (value == null || value.isJsonNull()) {
            return "";
        }
        return value.isJsonObject()
                ? value.getAsJsonObject().get("content").getAsString()
                : value.getAsString();
    }

    /**
     * A conversation as the model reads it, up to where its answer begins.
     *
     * @return token ids; special tokens are the template's own, never a message's
     * @throws IllegalArgumentException if the template refuses the conversation, or uses what is
     *     not known of the language
     */
    public int[] encode(CodeTokenizer tokenizer, List<ChatMessage> messages) {
        Map<String, Object> context = new HashMap<>(tokens);
        context.put("add_generation_prompt", true);
        context.put(
                "messages",
                messages.stream()
                        .map(
                                it ->
                                        Map.of(
                                                "role",
                                                it.role(),
                                                "content",
                                                tokenizer.quoted(it.content())))
                        .toList());
        RenderResult result = jinja.renderForResult(source, context);
        if (result.hasErrors()) {
            TemplateError error = result.getErrors().getFirst();
            throw new IllegalArgumentException(
                    "The model's chat template cannot be followed: " + reason(error));
        }
        return tokenizer.encodeMarkup(result.getOutput());
    }

    private static String reason(TemplateError error) {
        Throwable cause = error.getException();
        while (cause != null && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause == null ? error.getMessage() : String.valueOf(cause.getMessage());
    }

    /** What templates call {@code raise_exception}; public because the library calls it. */
    public static String refuse(String message) {
        throw new IllegalArgumentException(message);
    }
}
