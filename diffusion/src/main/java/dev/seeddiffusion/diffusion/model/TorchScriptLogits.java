package dev.seeddiffusion.diffusion.model;

import static dev.seeddiffusion.diffusion.torchscript.TorchScriptModule.argument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.IValue;
import dev.seeddiffusion.diffusion.torchscript.TorchScriptModule;
import java.util.List;
import java.util.stream.LongStream;

/** Logits of one forward; owns the forward's scope. */
final class TorchScriptLogits implements Logits {

    private final NDManager scope;
    private final TorchScriptModule module;
    private final NDArray logits;

    TorchScriptLogits(NDManager scope, TorchScriptModule module, NDArray logits) {
        this.scope = scope;
        this.module = module;
        this.logits = logits;
    }

    @Override
    public int rows() {
        return (int) logits.getShape().get(0);
    }

    @Override
    public Choice likeliest() {
        try (IValue argument = argument(logits)) {
            return choice(module.callForList(scope, "likeliest", argument));
        }
    }

    @Override
    public Choice sample(double temperature, double topP, float[] uniforms) {
        try (IValue argument = argument(logits);
                IValue heat = IValue.from(temperature);
                IValue share = IValue.from(topP);
                IValue numbers = argument(scope.create(uniforms, new Shape(rows(), 1)))) {
            return choice(module.callForList(scope, "sample", argument, heat, share, numbers));
        }
    }

    @Override
    public float[] entropies() {
        return rowwise("entropies");
    }

    @Override
    public float[] margins() {
        return rowwise("margins");
    }

    @Override
    public Logits within(double topP) {
        NDManager own = scope.newSubManager();
        try (IValue argument = argument(logits);
                IValue share = IValue.from(topP)) {
            return new TorchScriptLogits(own, module, module.call(own, "within", argument, share));
        }
    }

    private float[] rowwise(String method) {
        try (IValue argument = argument(logits)) {
            return module.call(scope, method, argument).toFloatArray();
        }
    }

    private static Choice choice(List<NDArray> idsAndConfidences) {
        int[] ids =
                LongStream.of(idsAndConfidences.getFirst().toLongArray())
                        .mapToInt(Math::toIntExact)
                        .toArray();
        return new Choice(ids, idsAndConfidences.getLast().toFloatArray());
    }

    @Override
    public float[] toArray() {
        return logits.toFloatArray();
    }

    @Override
    public void close() {
        scope.close();
    }
}
