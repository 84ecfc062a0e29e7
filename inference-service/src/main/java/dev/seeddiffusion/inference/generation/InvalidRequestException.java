package dev.seeddiffusion.inference.generation;

/** The request asks for what the sampler does not do. */
final class InvalidRequestException extends RuntimeException {

    InvalidRequestException(IllegalArgumentException cause) {
        super(cause.getMessage(), cause);
    }
}
