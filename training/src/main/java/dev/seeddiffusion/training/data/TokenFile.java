package dev.seeddiffusion.training.data;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Documents as token ids in one memory-mapped file, made once by {@link TokenFileBuilder}.
 *
 * <p>Every document is stored as {@code [documentEnd, tokens…, documentEnd]}, with the number of
 * its tokens that are only given. Ids are uint16 where the vocabulary allows, else int32.
 * Thread-safe until closed; after that every read fails.
 */
public final class TokenFile implements AutoCloseable {
    private static final ValueLayout.OfShort UINT16 =
            ValueLayout.JAVA_SHORT.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT32 =
            ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong INT64 =
            ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Arena arena;
    private final TokenFileHeader header;
    private final MemorySegment tokens;
    private final MemorySegment offsets;
    private final MemorySegment given;

    private TokenFile(Arena arena, TokenFileHeader header, MemorySegment file) {
        this.arena = arena;
        this.header = header;
        this.tokens = file.asSlice(TokenFileHeader.BYTES, header.tokens() * header.tokenBytes());
        this.offsets = file.asSlice(header.offsetsAt(), header.givenAt() - header.offsetsAt());
        this.given = file.asSlice(header.givenAt());
    }

    /**
     * Maps a token file.
     *
     * @param tokenizerDigest of the tokenizer whose ids the caller expects
     * @throws TokenFileException if the file is damaged or was made with another tokenizer
     * @throws IOException if the file cannot be read
     */
    public static TokenFile open(Path file, String tokenizerDigest) throws IOException {
        Arena arena = Arena.ofShared();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            MemorySegment bytes =
                    channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            long headerBytes = Math.min(bytes.byteSize(), TokenFileHeader.BYTES);
            TokenFileHeader header =
                    TokenFileHeader.read(
                            bytes.asSlice(0, headerBytes).asByteBuffer(), bytes.byteSize(), file);
            if (!header.tokenizerDigest().equals(tokenizerDigest)) {
                throw new TokenFileException(
                        file
                                + ": was made with another tokenizer ("
                                + header.tokenizerDigest()
                                + ", expected "
                                + tokenizerDigest
                                + "); delete the file and prepare the corpus again, or name the"
                                + " tokenizer that it was made with");
            }
            return new TokenFile(arena, header, bytes);
        } catch (IOException | RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    /** Number of documents. */
    public int documents() {
        return header.documents();
    }

    /** Tokens of all documents together, their ends counted at both sides. */
    public long tokens() {
        return header.tokens();
    }

    /**
     * @param document from 0
     * @return tokens of the document, both ends counted
     * @throws IndexOutOfBoundsException if there is no such document
     */
    public int length(int document) {
        return (int) (offset(document + 1) - offset(document));
    }

    /**
     * @param document from 0
     * @return a copy of its ids, {@code [documentEnd, tokens…, documentEnd]}
     * @throws IndexOutOfBoundsException if there is no such document
     */
    public int[] document(int document) {
        long first = offset(document);
        int[] ids = new int[length(document)];
        for (int i = 0; i < ids.length; i++) {
            ids[i] =
                    header.tokenBytes() == 2
                            ? Short.toUnsignedInt(tokens.getAtIndex(UINT16, first + i))
                            : tokens.getAtIndex(INT32, first + i);
        }
        return ids;
    }

    /**
     * @param document from 0
     * @return how many of its first ids are only given, at least 1
     * @throws IndexOutOfBoundsException if there is no such document
     */
    public int given(int document) {
        return given.getAtIndex(INT32, document);
    }

    @Override
    public void close() {
        arena.close();
    }

    private long offset(int document) {
        return offsets.getAtIndex(INT64, document);
    }
}
