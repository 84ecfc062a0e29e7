package dev.seeddiffusion.diffusion.sampling;

import java.util.ArrayList;
import java.util.List;

/** All that a generation writes. */
record Written(String text, List<PlacedToken> tokens, SamplingUsage usage) {

    /** Steps a generation to its end; it stays the caller's. */
    static Written by(Generation generation) {
        StringBuilder text = new StringBuilder();
        List<PlacedToken> tokens = new ArrayList<>();
        SamplingUsage usage = null;
        while (!generation.isFinished()) {
            for (SamplingEvent event : generation.step()) {
                switch (event) {
                    case SamplingEvent.Drafted _ -> {}
                    case SamplingEvent.Committed committed -> {
                        text.append(committed.text());
                        tokens.addAll(output(committed));
                    }
                    case SamplingEvent.Finished finished -> usage = finished.usage();
                }
            }
        }
        return new Written(text.toString(), tokens, usage);
    }

    /** Without the tokens that spell the prompt's end. */
    static List<PlacedToken> output(SamplingEvent.Committed committed) {
        int before = Math.max(0, -committed.firstPosition());
        return committed.tokens().subList(before, committed.tokens().size());
    }

    List<Integer> ids() {
        return tokens.stream().map(PlacedToken::id).toList();
    }
}
