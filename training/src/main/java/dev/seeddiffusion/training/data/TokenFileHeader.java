package dev.seeddiffusion.training.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The first 256 bytes of a token file, little-endian. The tokens of all documents follow, then, at
 * the next multiple of 8, the offsets table: {@code documents + 1} int64, counted in tokens; then
 * how many tokens of each document are only given: {@code documents} int32.
 *
 * @param tokenBytes 2 (uint16) or 4 (int32)
 * @param documents how many
 * @param tokens of all documents together
 * @param tokenizerDigest names the tokenizer that made the ids
 */
record TokenFileHeader(int tokenBytes, int documents, long tokens, String tokenizerDigest) {
    static final int BYTES = 256;

    private static final long MAGIC = 0x314E454B4F544453L; // "SDTOKEN1" in the file
    private static final int VERSION = 2;
    private static final int DIGEST_AT = 32;
    private static final int MAX_DIGEST_BYTES = BYTES - DIGEST_AT;

    TokenFileHeader {
        if (tokenizerDigest.getBytes(StandardCharsets.UTF_8).length > MAX_DIGEST_BYTES) {
            throw new IllegalArgumentException(
                    "a tokenizer digest has at most " + MAX_DIGEST_BYTES + " bytes");
        }
    }

    long offsetsAt() {
        long end = BYTES + tokens * tokenBytes;
        return (end + 7) / 8 * 8;
    }

    /** Where the table of given tokens begins. */
    long givenAt() {
        return offsetsAt() + 8L * (documents + 1);
    }

    long fileBytes() {
        return givenAt() + 4L * documents;
    }

    ByteBuffer write() {
        byte[] digest = tokenizerDigest.getBytes(StandardCharsets.UTF_8);
        ByteBuffer header = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        header.putLong(MAGIC).putInt(VERSION).putInt(tokenBytes);
        header.putLong(tokens).putInt(documents).putInt(digest.length).put(digest);
        return header.rewind();
    }

    /**
     * @throws TokenFileException if {@code bytes} are no header that this version wrote
     */
    static TokenFileHeader read(ByteBuffer bytes, long fileBytes, Path file) {
        ByteBuffer header = bytes.order(ByteOrder.LITTLE_ENDIAN);
        if (header.remaining() < BYTES || header.getLong() != MAGIC) {
            throw new TokenFileException(file + ": not a token file");
        }
        int version = header.getInt();
        if (version != VERSION) {
            throw new TokenFileException(
                    file
                            + ": has format version "
                            + version
                            + ", this program reads "
                            + VERSION
                            + "; delete the file and prepare the corpus again");
        }
        int tokenBytes = header.getInt();
        long tokens = header.getLong();
        int documents = header.getInt();
        int digestBytes = header.getInt();
        boolean plausible =
                (tokenBytes == 2 || tokenBytes == 4)
                        && (tokens >= 0 && tokens <= fileBytes)
                        && documents >= 0
                        && (digestBytes >= 0 && digestBytes <= MAX_DIGEST_BYTES);
        if (plausible) {
            byte[] digest = new byte[digestBytes];
            header.get(digest);
            TokenFileHeader read =
                    new TokenFileHeader(
                            tokenBytes,
                            documents,
                            tokens,
                            new String(digest, StandardCharsets.UTF_8));
            if (read.fileBytes() == fileBytes) {
                return read;
            }
        }
        throw new TokenFileException(
                file + ": is damaged or truncated; delete it and prepare the corpus again");
    }
}
