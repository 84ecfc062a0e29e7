package dev.seeddiffusion.training.evaluation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.IValue;
import dev.seeddiffusion.diffusion.checkpoint.DType;
import dev.seeddiffusion.diffusion.checkpoint.ModelConfig;
import dev.seeddiffusion.diffusion.model.TransformerSource;
import dev.seeddiffusion.diffusion.torchscript.TorchScriptModule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The matrix products of a forward and nothing else, on weights that oneDNN has laid out for them:
 * the least time that it could take on a CPU.
 */
public final class MatrixProducts {

    private static final double NANOS_PER_MILLI = 1e6;

    private static final String METHODS =
            """
              def convert(self: __torch__.M, x: Tensor) -> Tensor:
                return torch.to(x, ${type}, False, True)

              def packed(self: __torch__.M, w: Tensor) -> Tensor:
                return ops.mkldnn._reorder_linear_weight(torch.to(w, ${type}, False, True), ${rows})

              def product(self: __torch__.M, x: Tensor, w: Tensor) -> Tensor:
                return ops.mkldnn._linear_pointwise(x, w, None, "none", annotate(List[Optional[number]], []), "")

              def products(self: __torch__.M, x: List[Tensor], w: List[Tensor], layers: int) -> Tensor:
                for i in range(layers):
                  _0 = (self).product(x[0], w[0], )
                  _1 = (self).product(x[1], w[1], )
                  _2 = (self).product(x[0], w[2], )
                  _3 = (self).product(x[2], w[3], )
                return (self).product(x[0], w[4], )
            """;

    private MatrixProducts() {}

    /**
     * @param compute F32 or BF16
     * @param tokens rows of each product
     * @param rounds how often all are timed
     * @return median milliseconds of all products of a forward
     */
    public static double millis(ModelConfig config, DType compute, int tokens, int rounds) {
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                TorchScriptModule module =
                        TorchScriptModule.load(manager, source(compute, tokens))) {
            int hidden = config.hiddenWidth();
            int attention = config.queryHeads() * config.headWidth();
            int feedForward = config.feedForwardWidth();
            int heads = (config.queryHeads() + 2 * config.keyValueHeads()) * config.headWidth();
            try (IValue x =
                            matrices(
                                    manager,
                                    module,
                                    "convert",
                                    new Shape(tokens, hidden),
                                    new Shape(tokens, attention),
                                    new Shape(tokens, feedForward));
                    IValue w =
                            matrices(
                                    manager,
                                    module,
                                    "packed",
                                    new Shape(heads, hidden),
                                    new Shape(hidden, attention),
                                    new Shape(2L * feedForward, hidden),
                                    new Shape(hidden, feedForward),
                                    new Shape(config.vocabulary(), hidden));
                    IValue layers = IValue.from((long) config.layers())) {
                double[] millis = new double[rounds];
                for (int round = -rounds / 10; round < rounds; round++) {
                    long start = System.nanoTime();
                    module.call(manager, "products", x, w, layers).close();
                    if (round >= 0) {
                        millis[round] = (System.nanoTime() - start) / NANOS_PER_MILLI;
                    }
                }
                Arrays.sort(millis);
                return millis[rounds / 2];
            }
        }
    }

    private static String source(DType compute, int tokens) {
        return METHODS.replace("${type}", Integer.toString(TransformerSource.torchCode(compute)))
                .replace("${rows}", Integer.toString(tokens));
    }

    private static IValue matrices(
            NDManager manager, TorchScriptModule module, String method, Shape... shapes) {
        List<NDArray> matrices = new ArrayList<>();
        for (Shape shape : shapes) {
            try (IValue random = TorchScriptModule.argument(manager.randomNormal(shape))) {
                matrices.add(module.call(manager, method, random));
            }
        }
        return TorchScriptModule.argument(matrices);
    }
}
