package dev.seeddiffusion.api.completion;

import dev.seeddiffusion.common.generation.Decoding;
import dev.seeddiffusion.common.generation.Edit;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What clients may call a way to write.
 *
 * @param threshold from which a token is placed, if the client names none; null for the model's
 * @param edit what becomes of an edit's text
 */
record Mode(Decoding decoding, @Nullable Double threshold, Edit edit) {

    /** Places what is as likely right as wrong. */
    private static final double FAST_THRESHOLD = 0.5;

    static final Map<String, Mode> NAMES = new LinkedHashMap<>();

    static {
        NAMES.put("diffusion", new Mode(Decoding.DIFFUSION, null, Edit.KEEPING));
        NAMES.put("autoregressive", new Mode(Decoding.AUTOREGRESSIVE, null, Edit.FREE));
        NAMES.put("lossless", new Mode(Decoding.LOSSLESS, null, Edit.FREE));
        // What is checked is right oftenest.
        NAMES.put("quality", new Mode(Decoding.LOSSLESS, null, Edit.KEEPING));
        NAMES.put("fast", new Mode(Decoding.DIFFUSION, FAST_THRESHOLD, Edit.KEEPING));
    }
}
