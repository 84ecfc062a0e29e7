const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const tenths = new Intl.NumberFormat("en", { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/**
 * What a trajectory has cost up to a frame. Speed counts from the request on. Forwards are known
 * once all is written; until then each step is taken for one.
 */
export function figures(trajectory, frame) {
  const { usage, cost, last } = trajectory;
  const isAll = usage !== null && frame === last;
  const tokens = isAll ? usage.completion_tokens : frame.written;
  return {
    tokens: whole.format(tokens),
    speed: whole.format((1000 * tokens) / Math.max(frame.at, 1)),
    perForward: tenths.format(isAll ? cost.tokens_per_forward : tokens / Math.max(frame.step, 1)),
    cached: usage === null ? "–" : whole.format(usage.prompt_tokens_details.cached_tokens),
  };
}

/** The same in a sentence, of all that was written. */
export function sentence({ usage, cost, last }) {
  const tokens = count(usage.completion_tokens, "token");
  return `${tokens} in ${count(cost.forwards, "forward")} and ${whole.format(last.at)} ms`;
}

function count(number, noun) {
  return `${whole.format(number)} ${noun}${number === 1 ? "" : "s"}`;
}
