/** Keys for machines: issued, checked, revoked. */
@NullMarked
package dev.seeddiffusion.api.security.key;

import org.jspecify.annotations.NullMarked;
