package dev.seeddiffusion.api.security;

import java.util.Locale;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.SimpleGrantedAuthority;

/** What a caller may do. */
public enum Scope {
    /** Generate text, and ask what there is to generate it. */
    COMPLETIONS,
    /** Have text changed. */
    EDITS,
    /** Issue and revoke API keys of the own tenant; read the metrics. */
    ADMIN;

    /** As tokens and settings spell it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** As Spring Security knows it. */
    public GrantedAuthority authority() {
        return new SimpleGrantedAuthority("SCOPE_" + text());
    }
}
