package dev.seeddiffusion.common.signon;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** A service would listen to the network without knowing whom to let in. */
final class SignOnMissingException extends RuntimeException {

    SignOnMissingException(@Nullable InetAddress address) {
        super(
                "There is no sign-on, but the service would listen on %s."
                        .formatted(address == null ? "every address" : address.getHostAddress()));
    }
}
