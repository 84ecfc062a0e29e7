package dev.seeddiffusion.training.stage;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.seeddiffusion.diffusion.checkpoint.CheckpointException;
import dev.seeddiffusion.diffusion.checkpoint.DType;
import dev.seeddiffusion.diffusion.checkpoint.SafetensorsFile;
import dev.seeddiffusion.diffusion.checkpoint.SafetensorsWriter;
import dev.seeddiffusion.diffusion.checkpoint.Tensor;
import dev.seeddiffusion.diffusion.model.FloatBytes;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Everything that a run needs to go on exactly where it stopped, in one file that is replaced
 * atomically.
 *
 * @param progress how far the run is
 * @param weights float32 masters; with them the optimiser's first and second moments and the
 *     averaged weights, each a list in the same order
 */
record RunState(
        RunProgress progress,
        List<NDArray> weights,
        List<NDArray> means,
        List<NDArray> squares,
        List<NDArray> averages) {

    private static final String PROGRESS = "progress";

    void save(Path file) throws IOException {
        List<Tensor> tensors = new ArrayList<>();
        add(tensors, "weights", weights);
        add(tensors, "means", means);
        add(tensors, "squares", squares);
        add(tensors, "averages", averages);
        SafetensorsWriter.write(file, tensors, Map.of(PROGRESS, progress.toJson()));
    }

    /**
     * @param owner owns the arrays
     * @param like shapes that the file's tensors must have
     * @throws CheckpointException if the file holds something else
     */
    static RunState load(NDManager owner, Path file, List<Shape> like) {
        try (SafetensorsFile saved = SafetensorsFile.open(file)) {
            return new RunState(
                    progress(saved),
                    read(owner, saved, "weights", like),
                    read(owner, saved, "means", like),
                    read(owner, saved, "squares", like),
                    read(owner, saved, "averages", like));
        }
    }

    /**
     * How far the run was when the file was saved.
     *
     * @throws CheckpointException if the file holds something else
     */
    static RunProgress progress(Path file) {
        try (SafetensorsFile saved = SafetensorsFile.open(file)) {
            return progress(saved);
        }
    }

    private static RunProgress progress(SafetensorsFile saved) {
        String progress = saved.metadata().get(PROGRESS);
        if (progress == null) {
            throw new CheckpointException(saved.path() + " is not the state of a training run.");
        }
        return RunProgress.fromJson(progress);
    }

    private static void add(List<Tensor> tensors, String group, List<NDArray> arrays) {
        for (int i = 0; i < arrays.size(); i++) {
            NDArray array = arrays.get(i);
            tensors.add(
                    new Tensor(
                            group + "." + i,
                            DType.F32,
                            array.getShape().getShape(),
                            MemorySegment.ofBuffer(
                                    FloatBytes.encode(array.toFloatArray(), DType.F32))));
        }
    }

    private static List<NDArray> read(
            NDManager owner, SafetensorsFile saved, String group, List<Shape> like) {
        List<NDArray> arrays = new ArrayList<>();
        for (int i = 0; i < like.size(); i++) {
            Tensor tensor = saved.tensor(group + "." + i);
            if (tensor == null || !new Shape(tensor.shape()).equals(like.get(i))) {
                throw new CheckpointException(
                        "%s was made by a model of another shape: %s.%d should be %s."
                                .formatted(saved.path(), group, i, like.get(i)));
            }
            arrays.add(owner.create(FloatBytes.decode(tensor.buffer(), DType.F32), like.get(i)));
        }
        return arrays;
    }
}
