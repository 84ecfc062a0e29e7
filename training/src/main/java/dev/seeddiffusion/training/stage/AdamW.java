package dev.seeddiffusion.training.stage;

import static dev.seeddiffusion.diffusion.torchscript.TorchScriptModule.argument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayList;
import java.util.List;

/**
 * AdamW with decoupled weight decay on matrices alone, gradients clipped by their common norm, and
 * an exponential moving average of the weights.
 *
 * <p>Source: Loshchilov and Hutter, arXiv 1711.05101. β1 0.9, β2 0.95, ε 1e-8.
 */
final class AdamW {

    private static final double WEIGHT_DECAY = 0.1;
    private static final double GRADIENT_NORM_LIMIT = 1.0;

    private final NDManager manager;
    private final TrainableModel model;
    private final List<NDArray> means;
    private final List<NDArray> squares;
    private final List<NDArray> averages;
    private final List<NDArray> steps = new ArrayList<>();
    private final double averageShare;

    /**
     * @param means first moments, squares second moments, averages of the weights, all in the order
     *     and shapes of the model's weights; they become the optimiser's and are changed in place
     * @param averageShare by which a step moves the averages towards the weights, in (0, 1]
     * @param step updates already made
     */
    AdamW(
            NDManager manager,
            TrainableModel model,
            List<NDArray> means,
            List<NDArray> squares,
            List<NDArray> averages,
            double averageShare,
            long step) {
        this.manager = manager;
        this.model = model;
        this.means = means;
        this.squares = squares;
        this.averages = averages;
        this.averageShare = averageShare;
        for (int i = 0; i < means.size(); i++) {
            steps.add(manager.create((float) step));
        }
    }

    static List<NDArray> zerosLike(NDManager manager, List<NDArray> weights) {
        return weights.stream()
                .map(weight -> manager.zeros(weight.getShape(), DataType.FLOAT32))
                .toList();
    }

    static List<NDArray> copiesOf(NDManager manager, List<NDArray> weights) {
        return weights.stream()
                .map(weight -> manager.create(weight.toFloatArray(), weight.getShape()))
                .toList();
    }

    List<NDArray> means() {
        return means;
    }

    List<NDArray> squares() {
        return squares;
    }

    List<NDArray> averages() {
        return averages;
    }

    /**
     * Updates the weights by the gradients that lie on them, and clears those.
     *
     * @param rate learning rate of this step
     * @return norm of all gradients before clipping
     */
    float update(double rate) {
        List<NDArray> weights = model.weights();
        try (NDManager scope = manager.newSubManager()) {
            List<NDArray> gradients = weights.stream().map(NDArray::getGradient).toList();
            gradients.forEach(gradient -> gradient.attach(scope));
            float norm = clip(scope, gradients);
            if (Float.isFinite(norm)) {
                step(scope, gradients, rate, true);
                step(scope, gradients, rate, false);
                average(scope);
            }
            weights.forEach(weight -> JniUtils.zeroGrad((PtNDArray) weight));
            return norm;
        }
    }

    private float clip(NDManager scope, List<NDArray> gradients) {
        try (IValue all = argument(gradients);
                IValue limit = IValue.from(GRADIENT_NORM_LIMIT)) {
            return model.module().call(scope, "clip", all, limit).getFloat();
        }
    }

    private void step(NDManager scope, List<NDArray> gradients, double rate, boolean matrices) {
        try (IValue weights = argument(only(matrices, model.weights()));
                IValue slopes = argument(only(matrices, gradients));
                IValue first = argument(only(matrices, means));
                IValue second = argument(only(matrices, squares));
                IValue counts = argument(only(matrices, steps));
                IValue speed = IValue.from(rate);
                IValue decay = IValue.from(matrices ? WEIGHT_DECAY : 0)) {
            model.module()
                    .call(scope, "adamw", weights, slopes, first, second, counts, speed, decay);
        }
    }

    private List<NDArray> only(boolean matrices, List<NDArray> arrays) {
        List<NDArray> chosen = new ArrayList<>();
        for (int i = 0; i < arrays.size(); i++) {
            if (model.weights().get(i).getShape().dimension() == 2 == matrices) {
                chosen.add(arrays.get(i));
            }
        }
        return chosen;
    }

    private void average(NDManager scope) {
        try (IValue into = argument(averages);
                IValue from = argument(model.weights());
                IValue share = IValue.from(averageShare)) {
            model.module().call(scope, "average", into, from, share);
        }
    }
}
