package dev.seeddiffusion.api.error;

import org.jspecify.annotations.Nullable;

/** OpenAI's error object; its clients read all four fields, so each is always there. */
public record ErrorBody(Details error) {

    /**
     * @param message for people: what was asked, what was found, what to do
     * @param type {@code invalid_request_error}, {@code rate_limit_error} or {@code server_error}
     * @param param the parameter at fault, if it is one
     * @param code for machines; stable
     */
    public record Details(String message, String type, @Nullable String param, String code) {}
}
