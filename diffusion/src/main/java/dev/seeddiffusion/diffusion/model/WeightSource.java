package dev.seeddiffusion.diffusion.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.seeddiffusion.diffusion.torchscript.TorchScriptModule;

/** Where a model has its weights from. */
@FunctionalInterface
interface WeightSource {

    /**
     * @param owner owns the result
     * @param module of the model
     * @return the weight in the type that the model computes with
     */
    NDArray weight(NDManager owner, TorchScriptModule module, WeightSlot slot);
}
