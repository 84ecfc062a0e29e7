package dev.seeddiffusion.cache.chunk;

import reactor.blockhound.BlockHound;
import reactor.blockhound.integration.BlockHoundIntegration;

/** In these tests a thread that must not block and does so fails; but reading our own jars may. */
public final class LoadedOnce implements BlockHoundIntegration {

    @Override
    public void applyTo(BlockHound.Builder builder) {
        builder.allowBlockingCallsInside("java.util.ResourceBundle", "getBundle");
        builder.allowBlockingCallsInside("java.lang.ClassLoader", "loadClass");
    }
}
