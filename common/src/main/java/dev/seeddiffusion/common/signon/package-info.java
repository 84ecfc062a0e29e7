/** Who may talk to a service: tokens of trusted issuers, or, without an issuer, this machine. */
@NullMarked
package dev.seeddiffusion.common.signon;

import org.jspecify.annotations.NullMarked;
