package dev.seeddiffusion.api.security;

import java.util.Collection;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.core.GrantedAuthority;

/** A caller whose credentials were found good. */
public final class CallerAuthentication extends AbstractAuthenticationToken {

    private final Caller caller;

    /**
     * @param scopes as {@link Scope#authority} names them
     */
    public CallerAuthentication(Caller caller, Collection<? extends GrantedAuthority> scopes) {
        super(scopes);
        this.caller = caller;
        setAuthenticated(true);
    }

    @Override
    public Caller getPrincipal() {
        return caller;
    }

    @Override
    public String getCredentials() {
        return ""; // checked, and not needed any more
    }
}
