package dev.seeddiffusion.api.security;

import static org.springframework.security.authorization.AllAuthoritiesReactiveAuthorizationManager.hasAllAuthorities;

import org.springframework.security.config.web.server.ServerHttpSecurity.AuthorizeExchangeSpec;

/** Which scope opens which path. A path that is not named here is closed to everybody. */
final class AccessRules {

    private static final String[] HEALTH = {"/actuator/health/**"};
    private static final String[] ADMIN = {"/admin/**", "/actuator/**"};
    private static final String[] EDITS = {"/v1/edit/**", "/v1/apply/**"};
    private static final String[] COMPLETIONS = {"/v1/**", "/tokenize", "/detokenize"};
    private static final String[] EITHER = {"/v1/models/**", "/v3/api-docs/**"};
    private static final String[] BOTH = {"/mcp/**"};

    private AccessRules() {}

    /** The first that matches a path decides. */
    static void apply(AuthorizeExchangeSpec all) {
        all.pathMatchers(HEALTH)
                .permitAll()
                .pathMatchers(ADMIN)
                .hasAuthority(authority(Scope.ADMIN))
                .pathMatchers(EITHER)
                .hasAnyAuthority(authority(Scope.COMPLETIONS), authority(Scope.EDITS))
                .pathMatchers(EDITS)
                .hasAuthority(authority(Scope.EDITS))
                .pathMatchers(COMPLETIONS)
                .hasAuthority(authority(Scope.COMPLETIONS))
                .pathMatchers(BOTH)
                .access(hasAllAuthorities(authority(Scope.COMPLETIONS), authority(Scope.EDITS)))
                .anyExchange()
                .denyAll();
    }

    private static String authority(Scope scope) {
        return scope.authority().getAuthority();
    }
}
