package dev.seeddiffusion.inference.model;

import dev.seeddiffusion.diffusion.checkpoint.CheckpointException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says in two lines, instead of a stack trace, why there is no model to serve. */
final class CheckpointFailureAnalyzer extends AbstractFailureAnalyzer<CheckpointException> {

    @Override
    protected FailureAnalysis analyze(Throwable failure, CheckpointException cause) {
        return new FailureAnalysis(
                "The model cannot be loaded. " + cause.getMessage(),
                "Let inference.model name the directory of a checkpoint: config.json, tokenizer.json"
                        + " and model.safetensors or its shards. ./seed inspect DIR tells more.",
                failure);
    }
}
