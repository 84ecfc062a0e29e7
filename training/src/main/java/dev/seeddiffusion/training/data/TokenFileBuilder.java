package dev.seeddiffusion.training.data;

import dev.seeddiffusion.training.data.DocumentEncoder.Encoded;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * Writes a {@link TokenFile}, one document at a time.
 *
 * <p>The file appears under its name only when it is complete: until {@link #finish} the bytes go
 * to a neighbour ending in {@code .part}, which {@link #close} removes. Not thread-safe; it encodes
 * on all cores by itself.
 */
public final class TokenFileBuilder implements AutoCloseable {
    /** Documents encoded together: enough to keep the cores busy, little enough to hold. */
    private static final int DOCUMENTS_AT_ONCE = 1024;

    private final Path target;
    private final Path part;
    private final FileChannel channel;
    private final Function<Document, Encoded> encoder;
    private final int tokenBytes;
    private final String tokenizerDigest;
    private final int maxTokens;

    private final List<Document> waiting = new ArrayList<>(DOCUMENTS_AT_ONCE);
    private long[] offsets = new long[1 << 16];
    private int[] given = new int[1 << 16];
    private int documents;
    private int leftOut;

    /**
     * @param target file to write; an existing one is replaced when this one is complete
     * @param encoder called from several threads at once
     * @param vocabularyTokens ids lie below it; up to 65,536 they take two bytes each, else four
     * @param tokenizerDigest names the tokenizer; {@link TokenFile#open} asks for the same
     * @param maxTokens longer documents, their two ends counted, are left out
     * @throws IOException if the file cannot be created
     */
    public TokenFileBuilder(
            Path target,
            Function<Document, Encoded> encoder,
            int vocabularyTokens,
            String tokenizerDigest,
            int maxTokens)
            throws IOException {
        this.target = target;
        this.part = target.resolveSibling(target.getFileName() + ".part");
        this.encoder = encoder;
        this.tokenBytes = vocabularyTokens <= 1 << 16 ? 2 : 4;
        this.tokenizerDigest = tokenizerDigest;
        this.maxTokens = maxTokens;
        this.channel =
                FileChannel.open(
                        part,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE);
        channel.position(TokenFileHeader.BYTES);
    }

    /**
     * Appends a document, unless it is too long.
     *
     * @throws IOException if the file cannot be written
     */
    public void add(Document document) throws IOException {
        waiting.add(document);
        if (waiting.size() == DOCUMENTS_AT_ONCE) {
            writeWaiting();
        }
    }

    /**
     * Completes the file and gives it its name.
     *
     * @throws IOException if the file cannot be written
     */
    public void finish() throws IOException {
        writeWaiting();
        TokenFileHeader header =
                new TokenFileHeader(tokenBytes, documents, offsets[documents], tokenizerDigest);
        ByteBuffer table = littleEndian(8 * (documents + 1) + 4 * documents);
        table.asLongBuffer().put(offsets, 0, documents + 1);
        table.slice(8 * (documents + 1), 4 * documents)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asIntBuffer()
                .put(given, 0, documents);
        channel.position(header.offsetsAt());
        writeFully(table);
        channel.position(0);
        writeFully(header.write());
        channel.force(true);
        channel.close();
        Files.move(
                part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Documents written so far; those still waiting to be encoded are not counted. */
    public int documents() {
        return documents;
    }

    /** Documents left out so far, because they were too long. */
    public int leftOut() {
        return leftOut;
    }

    /** Tokens written so far, the ends of the documents included. */
    public long tokens() {
        return offsets[documents];
    }

    /** Removes what was written, unless {@link #finish} was called. */
    @Override
    public void close() throws IOException {
        channel.close();
        Files.deleteIfExists(part);
    }

    private void writeWaiting() throws IOException {
        List<Encoded> encoded = waiting.parallelStream().map(encoder).toList(); // keeps the order
        waiting.clear();
        List<Encoded> fitting = encoded.stream().filter(d -> d.ids().length <= maxTokens).toList();
        leftOut += encoded.size() - fitting.size();
        ByteBuffer bytes =
                littleEndian(tokenBytes * fitting.stream().mapToInt(d -> d.ids().length).sum());
        for (Encoded document : fitting) {
            for (int id : document.ids()) {
                put(bytes, id);
            }
            record(document);
        }
        writeFully(bytes.flip());
    }

    private void put(ByteBuffer bytes, int id) {
        if (tokenBytes == 2) {
            bytes.putShort((short) id);
        } else {
            bytes.putInt(id);
        }
    }

    private void record(Encoded document) {
        if (documents + 2 > offsets.length) {
            offsets = Arrays.copyOf(offsets, offsets.length * 2);
            given = Arrays.copyOf(given, given.length * 2);
        }
        given[documents] = document.given();
        offsets[documents + 1] = offsets[documents] + document.ids().length;
        documents++;
    }

    private void writeFully(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private static ByteBuffer littleEndian(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
