package dev.seeddiffusion.diffusion.tokenizer;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.seeddiffusion.diffusion.checkpoint.AttentionPattern;
import dev.seeddiffusion.diffusion.checkpoint.CheckpointException;
import dev.seeddiffusion.diffusion.checkpoint.ModelConfig;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Text to token ids and back, by a byte-level BPE {@code tokenizer.json}.
 *
 * <p>All text is plain text: {@code <|mask|>} in a prompt becomes the tokens of these eight
 * characters, never the mask. Special ids are for the caller to add.
 *
 * <p>Thread-safe, except that nothing may be encoded during or after {@link #close}.
 */
public final class CodeTokenizer implements AutoCloseable {
    /** The file's name in a model folder. */
    public static final String FILE = "tokenizer.json";

    /** By default the library adds special tokens and cuts a text after 512 tokens. */
    private static final Map<String, String> WHOLE_TEXT =
            Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false");

    private static final byte[] NOTHING = {};

    private final HuggingFaceTokenizer library;
    private final TokenizerFile file;
    private final String digest;

    private final Markup markup;

    private CodeTokenizer(HuggingFaceTokenizer library, TokenizerFile file, String digest) {
        this.library = library;
        this.file = file;
        this.digest = digest;
        this.markup = new Markup(file.addedTokens());
    }

    /**
     * Opens a tokenizer whose special tokens have the names in {@link SpecialTokens}.
     *
     * @param path {@code tokenizer.json}, or the folder that holds it
     * @throws CheckpointException if the file is missing, malformed, no byte-level BPE, or names no
     *     such special tokens
     */
    public static CodeTokenizer open(Path path) {
        return openWith(path, null);
    }

    /**
     * Opens a tokenizer whose special tokens have other names, or none.
     *
     * @param path {@code tokenizer.json}, or the folder that holds it or its older form
     * @param specials their ids, within the file's vocabulary or beyond it
     * @throws CheckpointException if the file is missing, malformed, or no byte-level BPE
     */
    public static CodeTokenizer open(Path path, SpecialTokens specials) {
        return openWith(path, specials);
    }

    /**
     * Opens the tokenizer of a model of any family.
     *
     * @param path as above
     * @param config of the model: says which tokens are special, unless it is of our own family,
     *     whose tokens have names
     * @throws CheckpointException also if the two do not fit together
     */
    public static CodeTokenizer open(Path path, ModelConfig config) {
        CodeTokenizer tokenizer =
                config.family().attention() == AttentionPattern.CAUSAL_CONTEXT
                        ? open(path)
                        : open(
                                path,
                                new SpecialTokens(
                                        config.documentEnd(), config.mask(), null, config.ends()));
        if (tokenizer.vocabularySize() > config.vocabulary()
                || tokenizer.documentEnd() != config.documentEnd()
                || tokenizer.mask() != config.mask()) {
            tokenizer.close();
            throw new CheckpointException(
                    ("%s: the tokenizer has %d tokens, %d as the end of a document and %d as the"
                                    + " mask, but config.json %d, %d and %d: are the two of one"
                                    + " model?")
                            .formatted(
                                    path,
                                    tokenizer.vocabularySize(),
                                    tokenizer.documentEnd(),
                                    tokenizer.mask(),
                                    config.vocabulary(),
                                    config.documentEnd(),
                                    config.mask()));
        }
        return tokenizer;
    }

    private static CodeTokenizer openWith(Path path, @Nullable SpecialTokens specials) {
        Path json = Files.isDirectory(path) ? path.resolve(FILE) : path;
        try {
            byte[] content =
                    !Files.exists(json) && QwenTokenizerFiles.areIn(path)
                            ? QwenTokenizerFiles.asOneFile(path).getBytes(StandardCharsets.UTF_8)
                            : Files.readAllBytes(json);
            TokenizerFile file =
                    TokenizerFile.parse(new String(content, StandardCharsets.UTF_8), specials);
            byte[] forLibrary = file.libraryJson().getBytes(StandardCharsets.UTF_8);
            HuggingFaceTokenizer library =
                    HuggingFaceTokenizer.newInstance(
                            new ByteArrayInputStream(forLibrary), WHOLE_TEXT);
            return new CodeTokenizer(library, file, sha256(content));
        } catch (IOException e) {
            throw new CheckpointException(json + " cannot be read: " + e, e);
        } catch (RuntimeException e) { // the library reports malformed files with a bare one
            throw new CheckpointException(json + ": " + e.getMessage(), e);
        }
    }

    /**
     * The token ids of a text, none of them special. An unpaired surrogate, which no UTF-8 can
     * hold, counts as a question mark.
     */
    public int[] encode(String text) {
        // Left to the library, half a surrogate pair becomes three bytes that are no UTF-8.
        String unicode = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        return LongStream.of(library.encode(unicode, false, false).getIds())
                .mapToInt(Math::toIntExact)
                .toArray();
    }

    /**
     * The token ids of text that may spell added tokens, special ones among them, and means them:
     * what a chat template writes. What is {@link #quoted} in it means itself.
     */
    public int[] encodeMarkup(String text) {
        return markup.encode(text, this::encode);
    }

    /** Text that may stand within markup and spells no added token there. */
    public String quoted(String text) {
        return markup.quoted(text);
    }

    /**
     * The text of token ids; bytes that are no UTF-8 become U+FFFD, special tokens nothing, and so
     * do ids beyond the vocabulary, which a model may have rows for.
     *
     * @throws IndexOutOfBoundsException if an id is negative
     */
    public String decode(int[] ids) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        for (int id : ids) {
            text.writeBytes(stored(id));
        }
        return text.toString(StandardCharsets.UTF_8);
    }

    /**
     * The bytes that a token stands for, perhaps a part of a character; none for special tokens and
     * for ids beyond the vocabulary.
     *
     * @throws IndexOutOfBoundsException if the id is negative
     */
    public byte[] bytes(int id) {
        return stored(id).clone();
    }

    private byte[] stored(int id) {
        return id < file.bytes().length ? file.bytes()[id] : NOTHING;
    }

    /** Ids lie below this. */
    public int vocabularySize() {
        return file.bytes().length;
    }

    /** The id that stands before and after each document. */
    public int documentEnd() {
        return file.specials().documentEnd();
    }

    /** Whether a text ends with that token. */
    public boolean isEnd(int id) {
        return file.specials().ends().contains(id);
    }

    /** The id that stands where a token is not placed yet. */
    public int mask() {
        return file.specials().mask();
    }

    /** The ids that a prompt with a hole is made of; none if the vocabulary has none. */
    public Optional<SpecialTokens.Infilling> infilling() {
        return Optional.ofNullable(file.specials().infilling());
    }

    /**
     * SHA-256 of {@code tokenizer.json}, or of the older files' content, as 64 hexadecimal digits
     * in lower case.
     */
    public String digest() {
        return digest;
    }

    /** Whether text is cut into pretokens by {@link Pretokens#REGEX} and by nothing else. */
    boolean cutsLikeOurs() {
        return file.cutsLikeOurs();
    }

    @Override
    public void close() {
        library.close();
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("Every Java has SHA-256", e);
        }
    }
}
