package dev.seeddiffusion.diffusion.torchscript;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * TorchScript source, loaded and callable. The module has no parameters of its own: weights and
 * caches are arguments. Thread-safe as far as its arguments are not shared.
 */
public final class TorchScriptModule implements AutoCloseable {

    private final PtSymbolBlock block;

    private TorchScriptModule(PtSymbolBlock block) {
        this.block = block;
    }

    /**
     * @param owner lives at least as long as the module
     * @param methods method definitions in TorchScript's serialised dialect, indented by two spaces
     * @throws ai.djl.engine.EngineException if PyTorch cannot compile them
     */
    public static TorchScriptModule load(NDManager owner, String methods) {
        byte[] archive = TorchScriptArchive.of(methods);
        try {
            return new TorchScriptModule(
                    (PtSymbolBlock)
                            JniUtils.loadModule(
                                    (PtNDManager) owner,
                                    new ByteArrayInputStream(archive),
                                    true,
                                    false));
        } catch (IOException e) {
            throw new UncheckedIOException("Reading from memory does not fail.", e);
        }
    }

    /**
     * Calls a method that returns one tensor, without recording gradients.
     *
     * @param scope owns the result
     * @param arguments stay the caller's
     */
    public NDArray call(NDManager scope, String method, IValue... arguments) {
        interpretAsWritten();
        try (IValue result = IValueUtils.runMethod(block, method, arguments)) {
            return result.toTensor((PtNDManager) scope);
        }
    }

    /** As {@link #call}, for a method that returns a list of tensors. */
    public List<NDArray> callForList(NDManager scope, String method, IValue... arguments) {
        interpretAsWritten();
        try (IValue result = IValueUtils.runMethod(block, method, arguments)) {
            return List.of((NDArray[]) result.toTensorArray((PtNDManager) scope));
        }
    }

    /**
     * Calls {@code method} with gradients recorded, when a gradient collector is open.
     *
     * @param arguments tensors; those that make up a {@code List[Tensor]} argument carry its name
     *     followed by {@code []}. Results belong to the manager of the first
     */
    public NDArray callRecorded(String method, NDList arguments) {
        interpretAsWritten();
        NDArray selector = arguments.head().getManager().create(0);
        selector.setName("module_method:" + method);
        NDList all = new NDList(arguments);
        all.add(selector);
        return IValueUtils.forward(block, all, true).singletonOrThrow();
    }

    /**
     * Keeps PyTorch from rewriting the code after its first runs, which would change the last bits
     * of the results of a later call with equal arguments. A setting of the thread.
     */
    private static void interpretAsWritten() {
        JniUtils.setGraphExecutorOptimize(false);
    }

    /** A tensor as an argument; the caller closes it. */
    public static IValue argument(NDArray array) {
        return IValue.from((PtNDArray) array);
    }

    /** Tensors as one {@code List[Tensor]} argument; the caller closes it. */
    public static IValue argument(List<NDArray> arrays) {
        return IValue.listFrom(arrays.toArray(PtNDArray[]::new));
    }

    @Override
    public void close() {
        block.close();
    }
}
