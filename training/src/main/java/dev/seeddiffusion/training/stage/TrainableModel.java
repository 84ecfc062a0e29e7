package dev.seeddiffusion.training.stage;

import static dev.seeddiffusion.diffusion.torchscript.TorchScriptModule.argument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.IValue;
import ai.djl.training.GradientCollector;
import dev.seeddiffusion.diffusion.checkpoint.DType;
import dev.seeddiffusion.diffusion.checkpoint.ModelConfig;
import dev.seeddiffusion.diffusion.model.Choice;
import dev.seeddiffusion.diffusion.model.Precision;
import dev.seeddiffusion.diffusion.model.RotaryTable;
import dev.seeddiffusion.diffusion.model.TorchScriptTransformer;
import dev.seeddiffusion.diffusion.model.Transformer;
import dev.seeddiffusion.diffusion.model.TransformerSource;
import dev.seeddiffusion.diffusion.model.WeightLayout;
import dev.seeddiffusion.diffusion.model.WeightSlot;
import dev.seeddiffusion.diffusion.torchscript.TorchScriptModule;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * The transformer with float32 master weights that record gradients; matrix products run in
 * bfloat16. One at a time in a process, because PyTorch's gradient tape is the process's.
 */
final class TrainableModel implements CurrentModel, AutoCloseable {

    /** Standard deviation of fresh matrices, as in GPT-2. */
    private static final double INITIAL_DEVIATION = 0.02;

    /** A canvas may run on beyond the last position that holds text. */
    private static final int BEYOND_CONTEXT = 256;

    private final ModelConfig config;
    private final DType compute;
    private final NDManager manager;
    private final TorchScriptModule module;
    private final List<NDArray> weights;
    private final RotaryTable rotary;

    /**
     * @param manager owns the weights; closed with the model
     * @param weights float32, in the order of {@link WeightLayout}
     */
    TrainableModel(NDManager manager, ModelConfig config, DType compute, List<NDArray> weights) {
        this.manager = manager;
        this.config = config;
        this.compute = compute;
        this.weights = weights;
        TransformerSource source = new TransformerSource(config, compute);
        this.module =
                TorchScriptModule.load(
                        manager,
                        source.transformer() + source.render(TrainableModel.class, "training.pyt"));
        int positions = config.contextTokens() + BEYOND_CONTEXT;
        this.rotary = RotaryTable.of(manager, config, IntStream.range(0, positions).toArray());
        for (NDArray weight : weights) {
            weight.setRequiresGradient(true);
            weight.setName("w[]"); // how the library recognises the members of a list argument
        }
    }

    /** Fresh weights; those that write into the residual stream are scaled down by its depth. */
    static List<NDArray> initialWeights(
            NDManager manager, ModelConfig config, RandomGenerator random) {
        List<NDArray> weights = new ArrayList<>();
        double residual = INITIAL_DEVIATION / Math.sqrt(2.0 * config.layers());
        for (WeightSlot slot : WeightLayout.of(config)) {
            String name = slot.parts().getFirst().name();
            boolean writesResidual = name.contains("o_proj") || name.contains("down_proj");
            float[] values = new float[Math.toIntExact(slot.elements())];
            for (int i = 0; i < values.length; i++) {
                values[i] =
                        slot.isMatrix()
                                ? (float)
                                        (random.nextGaussian()
                                                * (writesResidual ? residual : INITIAL_DEVIATION))
                                : 1;
            }
            weights.add(manager.create(values, shape(slot)));
        }
        return weights;
    }

    static Shape shape(WeightSlot slot) {
        return new Shape(slot.shape().stream().mapToLong(Long::longValue).toArray());
    }

    List<NDArray> weights() {
        return weights;
    }

    TorchScriptModule module() {
        return module;
    }

    @Override
    public Transformer snapshot() {
        return TorchScriptTransformer.of(config, Precision.valueOf(compute.name()), weights);
    }

    /**
     * Leaves the gradients of both losses' sum on the weights.
     *
     * @return diffusion loss and next-token loss, nats per token
     */
    float[] backward(TrainingBatch batch) {
        try (NDManager scope = manager.newSubManager();
                GradientCollector gradients = manager.getEngine().newGradientCollector()) {
            NDArray losses = module.callRecorded("losses", arguments(scope, batch));
            gradients.backward(losses);
            return losses.toFloatArray();
        }
    }

    @Override
    public Choice propose(TrainingBatch batch, long[] places) {
        try (NDManager scope = manager.newSubManager();
                IValue ids = argument(ids(scope, batch));
                IValue rows = argument(scope.create(places));
                IValue all = argument(weights);
                IValue cos = argument(rotary.cos());
                IValue sin = argument(rotary.sin());
                IValue positions = argument(scope.create(batch.positions()));
                IValue mask = argument(mask(scope, batch))) {
            List<NDArray> chosen =
                    module.callForList(scope, "propose", ids, rows, all, cos, sin, positions, mask);
            return new Choice(
                    LongStream.of(chosen.getFirst().toLongArray())
                            .mapToInt(Math::toIntExact)
                            .toArray(),
                    chosen.getLast().toFloatArray());
        }
    }

    private static NDArray ids(NDManager scope, TrainingBatch batch) {
        return scope.create(batch.ids(), new Shape(batch.batch(), batch.length()));
    }

    private static NDArray mask(NDManager scope, TrainingBatch batch) {
        int n = batch.length();
        return scope.create(
                ByteBuffer.wrap(batch.visible()),
                new Shape(batch.batch(), 1, n, n),
                DataType.BOOLEAN);
    }

    private NDList arguments(NDManager scope, TrainingBatch batch) {
        NDList arguments = new NDList();
        arguments.add(ids(scope, batch));
        arguments.add(scope.create(batch.rows()));
        arguments.add(scope.create(batch.targets()));
        arguments.add(scope.create(batch.scales(), new Shape(2, batch.rows().length)));
        arguments.addAll(weights);
        arguments.add(rotary.cos());
        arguments.add(rotary.sin());
        arguments.add(scope.create(batch.positions()));
        arguments.add(mask(scope, batch));
        return arguments;
    }

    @Override
    public void close() {
        module.close();
        manager.close();
    }
}
