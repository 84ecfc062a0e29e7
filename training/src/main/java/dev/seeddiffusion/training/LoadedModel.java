package dev.seeddiffusion.training;

import dev.seeddiffusion.diffusion.chat.ChatMessage;
import dev.seeddiffusion.diffusion.chat.ChatTemplate;
import dev.seeddiffusion.diffusion.checkpoint.CheckpointReader;
import dev.seeddiffusion.diffusion.model.Precision;
import dev.seeddiffusion.diffusion.model.TorchScriptTransformer;
import dev.seeddiffusion.diffusion.model.Transformer;
import dev.seeddiffusion.diffusion.sampling.Denoising;
import dev.seeddiffusion.diffusion.sampling.Prompt;
import dev.seeddiffusion.diffusion.sampling.Sampler;
import dev.seeddiffusion.diffusion.tokenizer.CodeTokenizer;
import java.nio.file.Path;
import java.util.List;

/**
 * A checkpoint, ready to write.
 *
 * @param folder of the checkpoint
 * @param model in bfloat16
 * @param denoising how its blocks are denoised
 */
record LoadedModel(
        Path folder,
        Transformer model,
        CodeTokenizer tokenizer,
        Sampler sampler,
        Denoising denoising)
        implements AutoCloseable {

    /** Opens a checkpoint with its own defaults. */
    static LoadedModel open(Path folder) {
        try (CheckpointReader checkpoint = CheckpointReader.open(folder)) {
            Transformer model = TorchScriptTransformer.load(checkpoint, Precision.BF16);
            CodeTokenizer tokenizer = CodeTokenizer.open(folder, checkpoint.config());
            Sampler sampler = new Sampler(model, tokenizer);
            return new LoadedModel(folder, model, tokenizer, sampler, sampler.denoising());
        }
    }

    /** The same model, its blocks denoised in another way. */
    LoadedModel denoisedBy(Denoising other) {
        return new LoadedModel(folder, model, tokenizer, sampler, other);
    }

    int contextTokens() {
        return model.config().contextTokens();
    }

    /** Tokens that the context leaves for a prompt's output, at least 1. */
    int room(String prompt) {
        return room(sampler.prompt(prompt));
    }

    int room(Prompt prompt) {
        return Math.max(1, contextTokens() - prompt.mostTokens());
    }

    /**
     * What a user says, as the model was taught to read it.
     *
     * @throws IllegalArgumentException if it was not taught to converse
     */
    Prompt conversation(String said) {
        ChatTemplate template =
                ChatTemplate.read(folder)
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                folder
                                                        + " has no chat template: leave --chat out."));
        return sampler.prompt(template.encode(tokenizer, List.of(new ChatMessage("user", said))));
    }

    @Override
    public void close() {
        tokenizer.close();
        model.close();
    }
}
