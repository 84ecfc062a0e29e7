const reduced = matchMedia("(prefers-reduced-motion: reduce)");

/** Whether somebody would rather see results than movement. */
export function isStill() {
  return reduced.matches;
}
