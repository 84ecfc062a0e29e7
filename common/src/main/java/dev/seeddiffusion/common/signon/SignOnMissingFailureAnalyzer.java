package dev.seeddiffusion.common.signon;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Tells the two ways out. */
final class SignOnMissingFailureAnalyzer extends AbstractFailureAnalyzer<SignOnMissingException> {

    @Override
    protected FailureAnalysis analyze(Throwable failure, SignOnMissingException cause) {
        return new FailureAnalysis(
                cause.getMessage(),
                "Set sign-on.issuers to whoever issues your tokens, such as"
                        + " https://id.example/realms/seed, or set server.address=127.0.0.1 to serve"
                        + " this machine only.",
                failure);
    }
}
