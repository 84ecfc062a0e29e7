package dev.seeddiffusion.diffusion.tokenizer;

import static java.util.stream.Collectors.toMap;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.seeddiffusion.diffusion.checkpoint.CheckpointException;
import dev.seeddiffusion.diffusion.tokenizer.SpecialTokens.Infilling;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What {@link CodeTokenizer} needs of a {@code tokenizer.json}.
 *
 * @param libraryJson the file as the library gets it: without added tokens, since the library finds
 *     those in any text that spells them
 * @param bytes token id to the bytes that it stands for, none for special tokens and unused ids
 * @param addedTokens text to id of those, the special ones among them
 * @param cutsLikeOurs whether text is cut by {@link Pretokens#REGEX} and changed in no other way
 */
record TokenizerFile(
        String libraryJson,
        byte[][] bytes,
        SpecialTokens specials,
        Map<String, Integer> addedTokens,
        boolean cutsLikeOurs) {

    /** More than any published vocabulary; keeps a wrong id from claiming gigabytes. */
    private static final int LARGEST_VOCABULARY = 1 << 22;

    private record Token(int id, String content, boolean special) {}

    /**
     * @param given the special ids, or null to find them by name
     * @throws CheckpointException naming the field, if the file is malformed or no byte-level BPE
     */
    static TokenizerFile parse(String text, @Nullable SpecialTokens given) {
        try {
            JsonObject json = JsonParser.parseString(text).getAsJsonObject();
            requireByteLevelBpe(json);
            List<Token> added = addedTokens(json);
            SpecialTokens specials =
                    given != null
                            ? given
                            : new SpecialTokens(
                                    required(SpecialTokens.DOCUMENT_END, added),
                                    required(SpecialTokens.MASK, added),
                                    infilling(added));
            boolean cutsLikeOurs =
                    TokenizerJson.preTokenizer(Pretokens.REGEX).equals(json.get("pre_tokenizer"))
                            && isAbsent(json, "normalizer");
            byte[][] bytes = bytes(json.getAsJsonObject("model"), added, specials);
            return new TokenizerFile(
                    withoutAdded(json, specials),
                    bytes,
                    specials,
                    added.stream().collect(toMap(Token::content, Token::id)),
                    cutsLikeOurs);
        } catch (JsonParseException
                | IllegalStateException
                | IllegalArgumentException
                | UnsupportedOperationException
                | ClassCastException
                | NullPointerException e) { // Gson's ways to say that a value is of another kind
            throw new CheckpointException("not a tokenizer of Hugging Face's layout: " + e, e);
        }
    }

    private static void requireByteLevelBpe(JsonObject json) {
        String type = json.getAsJsonObject("model").get("type").getAsString();
        if (!type.equals("BPE")) {
            throw new CheckpointException("model.type is " + type + ", but only BPE is known");
        }
        if (isAbsent(json, "pre_tokenizer")
                || !json.get("pre_tokenizer").toString().contains("\"ByteLevel\"")) {
            throw new CheckpointException(
                    "pre_tokenizer has no step ByteLevel, but only byte-level BPE is known");
        }
    }

    private static List<Token> addedTokens(JsonObject json) {
        List<Token> tokens = new ArrayList<>();
        if (!isAbsent(json, "added_tokens")) {
            for (JsonElement element : json.getAsJsonArray("added_tokens")) {
                JsonObject token = element.getAsJsonObject();
                tokens.add(
                        new Token(
                                token.get("id").getAsInt(),
                                token.get("content").getAsString(),
                                token.get("special").getAsBoolean()));
            }
        }
        return tokens;
    }

    private static int required(String name, List<Token> added) {
        return named(name, added)
                .orElseThrow(
                        () ->
                                new CheckpointException(
                                        "added_tokens has no "
                                                + name
                                                + ": name the ids of the special tokens"
                                                + " explicitly"));
    }

    private static @Nullable Infilling infilling(List<Token> added) {
        OptionalInt prefix = named(SpecialTokens.FIM_PREFIX, added);
        OptionalInt suffix = named(SpecialTokens.FIM_SUFFIX, added);
        return prefix.isPresent() && suffix.isPresent()
                ? new Infilling(prefix.getAsInt(), suffix.getAsInt())
                : null;
    }

    private static OptionalInt named(String name, List<Token> added) {
        return added.stream()
                .filter(token -> token.content.equals(name))
                .mapToInt(Token::id)
                .findFirst();
    }

    private static byte[][] bytes(JsonObject model, List<Token> added, SpecialTokens specials) {
        List<Token> learned = new ArrayList<>();
        model.getAsJsonObject("vocab")
                .asMap()
                .forEach((symbols, id) -> learned.add(new Token(id.getAsInt(), symbols, false)));
        int last = specials.largest();
        for (Token token : concat(learned, added)) {
            last = Math.max(last, validId(token));
        }
        byte[][] bytes = new byte[last + 1][0];
        Set<Integer> notLearned = new HashSet<>();
        for (Token token : added) {
            notLearned.add(token.id);
            if (!isSpecial(token, specials)) {
                bytes[token.id] = token.content.getBytes(StandardCharsets.UTF_8);
            }
        }
        for (Token token : learned) {
            if (!notLearned.contains(token.id) && !isSpecial(token, specials)) {
                bytes[token.id] = ByteAlphabet.bytes(token.content);
            }
        }
        return bytes;
    }

    private static List<Token> concat(List<Token> some, List<Token> others) {
        List<Token> all = new ArrayList<>(some);
        all.addAll(others);
        return all;
    }

    private static int validId(Token token) {
        if (token.id < 0 || token.id >= LARGEST_VOCABULARY) {
            throw new CheckpointException(
                    "the token \"%s\" has the id %d, but ids must lie in [0, %d)"
                            .formatted(token.content, token.id, LARGEST_VOCABULARY));
        }
        return token.id;
    }

    private static boolean isSpecial(Token token, SpecialTokens specials) {
        return token.special || specials.contains(token.id);
    }

    /** Those that are nothing but space stay: some vocabularies keep runs of spaces there. */
    private static String withoutAdded(JsonObject json, SpecialTokens specials) {
        JsonObject stripped = json.deepCopy();
        JsonArray kept = new JsonArray();
        List<Token> added = addedTokens(json);
        for (int i = 0; i < added.size(); i++) {
            if (added.get(i).content.isBlank() && !isSpecial(added.get(i), specials)) {
                kept.add(json.getAsJsonArray("added_tokens").get(i));
            }
        }
        stripped.add("added_tokens", kept);
        // It refers to special tokens, adds them, and moves offsets that nobody reads.
        stripped.add("post_processor", JsonNull.INSTANCE);
        stripped.add("truncation", JsonNull.INSTANCE);
        stripped.add("padding", JsonNull.INSTANCE);
        return stripped.toString();
    }

    private static boolean isAbsent(JsonObject json, String field) {
        return !json.has(field) || json.get(field).isJsonNull();
    }
}
