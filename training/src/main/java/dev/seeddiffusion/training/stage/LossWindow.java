package dev.seeddiffusion.training.stage;

import dev.seeddiffusion.training.report.Measurement;
import java.util.LinkedHashMap;
import java.util.Map;

/** Means of the losses since the last measurement. */
final class LossWindow {

    private double diffusion;
    private double nextToken;
    private double norm;
    private int steps;
    private double measuredSeconds = Double.NaN;

    void add(float[] losses, float gradientNorm) {
        diffusion += losses[0];
        nextToken += losses[1];
        norm += gradientNorm;
        steps++;
    }

    /** The means since the last call; begins a new window. */
    Measurement measure(
            RunProgress progress, double rate, long tokensPerStep, Map<String, Double> figures) {
        Map<String, Double> losses = new LinkedHashMap<>();
        if (diffusion > 0) { // the autoregressive stage has none
            losses.put("diffusion", diffusion / steps);
        }
        losses.put("next token", nextToken / steps);
        losses.put("gradient norm", norm / steps);
        losses.putAll(figures);
        double seconds = progress.seconds() - measuredSeconds;
        double speed = Double.isNaN(seconds) ? 0 : steps * tokensPerStep / seconds;
        measuredSeconds = progress.seconds();
        diffusion = 0;
        nextToken = 0;
        norm = 0;
        steps = 0;
        return new Measurement(
                progress.step(), progress.tokens(), progress.seconds(), speed, rate, losses);
    }

    static String describe(Measurement measurement) {
        StringBuilder text = new StringBuilder();
        measurement
                .losses()
                .forEach(
                        (name, value) ->
                                text.append(name.charAt(0))
                                        .append(" ")
                                        .append("%.3f ".formatted(value)));
        return text.toString().strip();
    }
}
