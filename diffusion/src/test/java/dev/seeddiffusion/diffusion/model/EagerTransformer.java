package dev.seeddiffusion.diffusion.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.seeddiffusion.diffusion.checkpoint.ModelConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/**
 * The same forward in plain array calls, float32, without a cache: the reference that the generated
 * TorchScript is compared with. Written from the definitions, not from the templates.
 */
final class EagerTransformer implements AutoCloseable {

    private final NDManager manager = NDManager.newBaseManager("PyTorch");
    private final ModelConfig config;
    private final List<NDArray> weights = new ArrayList<>();

    EagerTransformer(ModelConfig config, BiFunction<NDManager, WeightSlot, NDArray> source) {
        this.config = config;
        for (WeightSlot slot : WeightLayout.of(config)) {
            weights.add(source.apply(manager, slot));
        }
    }

    /**
     * @param ids n tokens
     * @param positions of each
     * @param visible (n, n): whether the row's token sees the column's
     * @return logits (n, vocabulary); the mask token's is −∞
     */
    float[][] logits(int[] ids, int[] positions, boolean[][] visible) {
        try (NDManager scope = manager.newSubManager()) {
            NDArray index = scope.create(ids);
            NDArray x = local(scope, weights.getFirst()).get(index);
            for (int layer = 0; layer < config.layers(); layer++) {
                List<NDArray> w = weights.subList(2 + 8 * layer, 10 + 8 * layer);
                x = x.add(attention(scope, norm(scope, x, w.get(0)), w, positions, visible));
                x = x.add(feedForward(scope, norm(scope, x, w.get(5)), w));
            }
            NDArray y =
                    norm(scope, x, weights.get(1))
                            .matMul(local(scope, weights.getFirst()).transpose());
            return rows(y);
        }
    }

    private NDArray attention(
            NDManager scope, NDArray h, List<NDArray> w, int[] positions, boolean[][] visible) {
        int dh = config.headWidth();
        NDArray qkv = h.matMul(local(scope, w.get(1)).transpose());
        NDList heads = new NDList();
        int group = config.queryHeads() / config.keyValueHeads();
        for (int head = 0; head < config.queryHeads(); head++) {
            int keyColumn = (config.queryHeads() + head / group) * dh;
            int valueColumn = keyColumn + config.keyValueHeads() * dh;
            NDArray q = rotate(norm(scope, columns(qkv, head * dh, dh), w.get(2)), positions);
            NDArray k = rotate(norm(scope, columns(qkv, keyColumn, dh), w.get(3)), positions);
            NDArray scores = q.matMul(k.transpose()).div(Math.sqrt(dh)).add(bias(scope, visible));
            heads.add(scores.softmax(1).matMul(columns(qkv, valueColumn, dh)));
        }
        return join(heads).matMul(local(scope, w.get(4)).transpose());
    }

    private static NDArray join(NDList parts) {
        NDArray joined = parts.head();
        for (NDArray part : parts.subNDList(1)) {
            joined = joined.concat(part, 1);
        }
        return joined;
    }

    private NDArray feedForward(NDManager scope, NDArray h, List<NDArray> w) {
        int f = config.feedForwardWidth();
        NDArray both = h.matMul(local(scope, w.get(6)).transpose());
        NDArray gate = columns(both, 0, f);
        NDArray silu = gate.div(gate.neg().exp().add(1));
        return silu.mul(columns(both, f, f)).matMul(local(scope, w.get(7)).transpose());
    }

    private NDArray norm(NDManager scope, NDArray x, NDArray scale) {
        NDArray meanSquare = x.mul(x).mean(new int[] {1}, true);
        return x.div(meanSquare.add(config.normEpsilon()).sqrt()).mul(local(scope, scale));
    }

    private NDArray rotate(NDArray x, int[] positions) {
        int half = config.headWidth() / 2;
        float[] cos = new float[positions.length * half];
        float[] sin = new float[positions.length * half];
        for (int n = 0; n < positions.length; n++) {
            for (int i = 0; i < half; i++) {
                double angle =
                        positions[n] * Math.pow(config.ropeTheta(), -2.0 * i / config.headWidth());
                cos[n * half + i] = (float) Math.cos(angle);
                sin[n * half + i] = (float) Math.sin(angle);
            }
        }
        NDArray c = x.getManager().create(cos, new Shape(positions.length, half));
        NDArray s = x.getManager().create(sin, new Shape(positions.length, half));
        NDArray low = columns(x, 0, half);
        NDArray high = columns(x, half, half);
        return low.mul(c).sub(high.mul(s)).concat(high.mul(c).add(low.mul(s)), 1);
    }

    private static NDArray bias(NDManager scope, boolean[][] visible) {
        int n = visible.length;
        float[] bias = new float[n * n];
        for (int i = 0; i < n * n; i++) {
            bias[i] = visible[i / n][i % n] ? 0 : Float.NEGATIVE_INFINITY;
        }
        return scope.create(bias, new Shape(n, n));
    }

    private static NDArray columns(NDArray x, int from, int count) {
        return x.get(":, " + from + ":" + (from + count));
    }

    /** Results belong to the manager of the first operand: this view keeps them in the scope. */
    private static NDArray local(NDManager scope, NDArray weight) {
        NDArray view = weight.reshape(weight.getShape());
        view.attach(scope);
        return view;
    }

    private float[][] rows(NDArray y) {
        int n = (int) y.getShape().get(0);
        int v = config.vocabulary();
        float[] flat = y.toFloatArray();
        float[][] rows = new float[n][v];
        for (int i = 0; i < n; i++) {
            System.arraycopy(flat, i * v, rows[i], 0, v);
            rows[i][config.mask()] = Float.NEGATIVE_INFINITY;
        }
        return rows;
    }

    @Override
    public void close() {
        manager.close();
    }
}
