package dev.seeddiffusion.diffusion.tokenizer;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.util.List;

/** Writes what {@link BpeMerges} learned in the layout of Hugging Face's tokenizers library. */
final class TokenizerJson {
    private TokenizerJson() {}

    static String write(BpeMerges merges) {
        return new GsonBuilder()
                        .setPrettyPrinting()
                        .disableHtmlEscaping()
                        .serializeNulls()
                        .create()
                        .toJson(
                                file(
                                        addedTokens(merges.symbols()),
                                        JsonNull.INSTANCE,
                                        Pretokens.REGEX,
                                        model(merges)))
                + "\n";
    }

    /**
     * @param regex by which text is cut
     */
    static JsonObject file(
            JsonArray addedTokens, JsonElement normalizer, String regex, JsonObject model) {
        JsonObject json = new JsonObject();
        json.addProperty("version", "1.0");
        json.add("truncation", JsonNull.INSTANCE);
        json.add("padding", JsonNull.INSTANCE);
        json.add("added_tokens", addedTokens);
        json.add("normalizer", normalizer);
        json.add("pre_tokenizer", preTokenizer(regex));
        json.add("post_processor", JsonNull.INSTANCE);
        json.add("decoder", byteLevel());
        json.add("model", model);
        return json;
    }

    /** Cuts text by a regex, then writes the pieces in the byte alphabet. */
    static JsonObject preTokenizer(String regex) {
        JsonObject pattern = new JsonObject();
        pattern.addProperty("Regex", regex);
        JsonObject split = new JsonObject();
        split.addProperty("type", "Split");
        split.add("pattern", pattern);
        split.addProperty("behavior", "Isolated");
        split.addProperty("invert", false);
        JsonArray steps = new JsonArray();
        steps.add(split);
        steps.add(byteLevel());
        JsonObject sequence = new JsonObject();
        sequence.addProperty("type", "Sequence");
        sequence.add("pretokenizers", steps);
        return sequence;
    }

    private static JsonArray addedTokens(List<String> symbols) {
        JsonArray tokens = new JsonArray();
        for (int id = 0; id < BpeMerges.FIRST_BYTE; id++) {
            tokens.add(addedToken(id, symbols.get(id)));
        }
        return tokens;
    }

    static JsonObject addedToken(int id, String content) {
        JsonObject token = new JsonObject();
        token.addProperty("id", id);
        token.addProperty("content", content);
        token.addProperty("single_word", false);
        token.addProperty("lstrip", false);
        token.addProperty("rstrip", false);
        token.addProperty("normalized", false);
        token.addProperty("special", true);
        return token;
    }

    private static JsonObject byteLevel() {
        JsonObject step = new JsonObject();
        step.addProperty("type", "ByteLevel");
        step.addProperty("add_prefix_space", false);
        step.addProperty("trim_offsets", false);
        step.addProperty("use_regex", false);
        return step;
    }

    private static JsonObject model(BpeMerges learned) {
        List<String> symbols = learned.symbols();
        JsonObject vocabulary = new JsonObject();
        for (int id = 0; id < symbols.size(); id++) {
            vocabulary.addProperty(symbols.get(id), id);
        }
        JsonArray merges = new JsonArray();
        for (BpeMerges.Merge merge : learned.merges()) {
            // No symbol of the byte alphabet is a space.
            merges.add(symbols.get(merge.left()) + " " + symbols.get(merge.right()));
        }
        return model(vocabulary, merges);
    }

    /**
     * @param vocabulary token in the byte alphabet to id
     * @param merges two tokens and a space between, in the order of their ranks
     */
    static JsonObject model(JsonObject vocabulary, JsonArray merges) {
        JsonObject model = new JsonObject();
        model.addProperty("type", "BPE");
        model.add("dropout", JsonNull.INSTANCE);
        model.add("unk_token", JsonNull.INSTANCE);
        model.add("continuing_subword_prefix", JsonNull.INSTANCE);
        model.add("end_of_word_suffix", JsonNull.INSTANCE);
        model.addProperty("fuse_unk", false);
        model.addProperty("byte_fallback", false);
        model.addProperty("ignore_merges", false);
        model.add("vocab", vocabulary);
        model.add("merges", merges);
        return model;
    }
}
