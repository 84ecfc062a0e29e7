package dev.seeddiffusion.training.trajectory;

import dev.seeddiffusion.diffusion.sampling.BlockTrajectory;
import dev.seeddiffusion.diffusion.sampling.Trajectory;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Samples in one file, appended one by one. A canvas is stored as what changed since the one
 * before, which is little: a token is placed once and rarely revised.
 *
 * <p>A record is its length in bytes (int32), then the sample; ids take four bytes, positions
 * within a block two. A record that an interruption left unfinished is dropped when the file is
 * opened. Not thread-safe.
 */
public final class SampleFile implements AutoCloseable {

    /** No context holds a sample that takes more: a greater length is no length. */
    private static final int MOST_RECORD_BYTES = 1 << 26;

    private final Path file;
    private final FileChannel channel;
    private final List<Sample> samples = new ArrayList<>();

    private SampleFile(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Opens a file, new or to be continued.
     *
     * @throws IOException if it cannot be read or written, or holds something else
     */
    public static SampleFile open(Path file) throws IOException {
        FileChannel channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
        try {
            SampleFile opened = new SampleFile(file, channel);
            opened.read(ByteBuffer.wrap(Files.readAllBytes(file)));
            return opened;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** All samples, in the order they were added. */
    public List<Sample> samples() {
        return List.copyOf(samples);
    }

    /**
     * @throws IOException if the file cannot be written
     */
    public void add(Sample sample) throws IOException {
        byte[] record = encode(sample);
        ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES + record.length);
        bytes.putInt(record.length).put(record).flip();
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        samples.add(sample);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private void read(ByteBuffer bytes) throws IOException {
        int whole = 0;
        while (bytes.remaining() >= Integer.BYTES) {
            int length = bytes.getInt();
            if (length < 0 || length > MOST_RECORD_BYTES) {
                throw foreign(whole, null);
            }
            if (length > bytes.remaining()) {
                break;
            }
            ByteBuffer record = bytes.slice(bytes.position(), length);
            try {
                samples.add(decode(record));
            } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
                throw foreign(whole, e);
            }
            if (record.hasRemaining()) {
                throw foreign(whole, null);
            }
            whole = bytes.position() + length;
            bytes.position(whole);
        }
        channel.truncate(whole);
        channel.position(whole);
    }

    private IOException foreign(int at, @Nullable RuntimeException cause) {
        return new IOException(
                "%s holds no sample at byte %,d: it is damaged or something else. Move it away, and"
                                .formatted(file, at)
                        + " its samples are drawn again.",
                cause);
    }

    private static byte[] encode(Sample sample) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeLong(sample.task());
        out.writeInt(sample.promptTokens());
        out.writeDouble(sample.value());
        int[] prompt = sample.trajectory().prompt();
        out.writeInt(prompt.length);
        for (int token : prompt) {
            out.writeInt(token);
        }
        out.writeInt(sample.trajectory().blocks().size());
        for (BlockTrajectory block : sample.trajectory().blocks()) {
            encode(block, out);
        }
        return bytes.toByteArray();
    }

    private static void encode(BlockTrajectory block, DataOutputStream out) throws IOException {
        int[] canvas = block.canvases().getFirst();
        out.writeInt(block.firstPosition());
        out.writeShort(canvas.length);
        for (int i = 0; i < canvas.length; i++) {
            out.writeInt(canvas[i]);
            out.writeFloat(block.confidences()[i]);
            out.writeShort(block.steps()[i]);
        }
        out.writeShort(block.canvases().size() - 1);
        for (int[] next : block.canvases().subList(1, block.canvases().size())) {
            int changes = 0;
            for (int i = 0; i < next.length; i++) {
                changes += next[i] != canvas[i] ? 1 : 0;
            }
            out.writeShort(changes);
            for (int i = 0; i < next.length; i++) {
                if (next[i] != canvas[i]) {
                    out.writeShort(i);
                    out.writeInt(next[i]);
                }
            }
            canvas = next;
        }
    }

    private static Sample decode(ByteBuffer in) {
        long task = in.getLong();
        int promptTokens = in.getInt();
        double value = in.getDouble();
        int[] prompt = new int[count(in, in.getInt(), Integer.BYTES)];
        for (int i = 0; i < prompt.length; i++) {
            prompt[i] = in.getInt();
        }
        int blocks = in.getInt();
        List<BlockTrajectory> read = new ArrayList<>();
        for (int i = 0; i < blocks; i++) {
            read.add(decodeBlock(in));
        }
        return new Sample(task, promptTokens, new Trajectory(prompt, read), value);
    }

    private static BlockTrajectory decodeBlock(ByteBuffer in) {
        int firstPosition = in.getInt();
        int bytesEach = Integer.BYTES + Float.BYTES + Short.BYTES;
        int length = count(in, Short.toUnsignedInt(in.getShort()), bytesEach);
        int[] canvas = new int[length];
        float[] confidences = new float[length];
        int[] steps = new int[length];
        for (int i = 0; i < length; i++) {
            canvas[i] = in.getInt();
            confidences[i] = in.getFloat();
            steps[i] = in.getShort();
        }
        List<int[]> canvases = new ArrayList<>(List.of(canvas));
        int more = Short.toUnsignedInt(in.getShort());
        for (int i = 0; i < more; i++) {
            canvas = canvas.clone();
            int changes = Short.toUnsignedInt(in.getShort());
            for (int k = 0; k < changes; k++) {
                canvas[Short.toUnsignedInt(in.getShort())] = in.getInt();
            }
            canvases.add(canvas);
        }
        return new BlockTrajectory(firstPosition, canvases, confidences, steps);
    }

    /** A number of things that are still to come: never more than there are bytes for. */
    private static int count(ByteBuffer in, int count, int bytesEach) {
        if (count < 0 || count > in.remaining() / bytesEach) {
            throw new BufferUnderflowException();
        }
        return count;
    }
}
