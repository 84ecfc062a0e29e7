package dev.seeddiffusion.api.completion;

import dev.seeddiffusion.common.generation.Decoding;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What clients may call a way to write.
 *
 * @param threshold from which a token is placed, if the client names none; null for the model's
 */
record Mode(Decoding decoding, @Nullable Double threshold) {

    /** Places what is as likely right as wrong. */
    private static final double FAST_THRESHOLD = 0.5;

    static final Map<String, Mode> NAMES = new LinkedHashMap<>();

    static {
        NAMES.put("diffusion", new Mode(Decoding.DIFFUSION, null));
        NAMES.put("autoregressive", new Mode(Decoding.AUTOREGRESSIVE, null));
        NAMES.put("lossless", new Mode(Decoding.LOSSLESS, null));
        NAMES.put(
                "quality", new Mode(Decoding.LOSSLESS, null)); // what is checked is right oftenest
        NAMES.put("fast", new Mode(Decoding.DIFFUSION, FAST_THRESHOLD));
    }
}
