const CONFIDENCES = [0.5, 0.7, 0.85, 0.95]; // limits of the five colours
const STEP_COLOURS = 8;

/** Shows frames of a trajectory, an element a token; the colours are the style sheet's. */
export class Canvas {
  #element;
  #trajectory;

  constructor(element) {
    this.#element = element;
  }

  begin(trajectory) {
    this.#trajectory = trajectory;
    this.#element.setAttribute("aria-busy", "true");
    this.show({ step: 0, holes: trajectory.kept.slice(1).map(() => []) });
  }

  show(frame) {
    const steps = Math.max(this.#trajectory.last?.step ?? 0, STEP_COLOURS);
    const parts = this.#trajectory.kept.flatMap((text, i) => [
      ...(i ? frame.holes[i - 1].map((token) => element(token, frame.step, steps)) : []),
      kept(text),
    ]);
    this.#element.replaceChildren(...parts);
    this.#follow(this.#element.querySelectorAll(".new"));
  }

  end() {
    this.#element.setAttribute("aria-busy", "false");
  }

  /** Scrolls down to what is new, if that is out of sight. */
  #follow(placed) {
    const last = placed[placed.length - 1];
    const bottom = last ? last.offsetTop + last.offsetHeight : 0;
    if (bottom > this.#element.scrollTop + this.#element.clientHeight) {
      this.#element.scrollTop = bottom - this.#element.clientHeight;
    }
  }
}

function kept(text) {
  const span = document.createElement("span");
  span.className = "kept";
  span.textContent = text;
  return span;
}

function element(token, now, steps) {
  const span = document.createElement("span");
  span.textContent = token.text;
  if (token.masked) {
    span.className = "masked";
    return span;
  }
  const sure = CONFIDENCES.filter((limit) => token.confidence >= limit).length;
  const colour = Math.floor(((token.step - 1) * STEP_COLOURS) / steps);
  span.classList.add("token", `c${sure}`, `s${colour}`, token.final ? "final" : "draft");
  span.classList.toggle("new", token.step === now);
  span.title =
    `step ${token.step}, confidence ${(100 * token.confidence).toFixed(1)} %` +
    (token.final ? "" : ", may change");
  return span;
}
