package dev.seeddiffusion.diffusion.chat;

/**
 * What somebody said.
 *
 * @param role who, as the template calls them: {@code system}, {@code user} or {@code assistant}
 * @param content plain text; text that spells a special token means that text
 */
public record ChatMessage(String role, String content) {}
