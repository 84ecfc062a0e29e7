package dev.seeddiffusion.api.security;

import jakarta.validation.constraints.NotBlank;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * What callers are known by.
 *
 * @param tenantClaim the claim of a token that names its tenant
 */
@Validated
@ConfigurationProperties("api.security")
record ApiSecurityProperties(@DefaultValue("tenant") @NotBlank String tenantClaim) {}
