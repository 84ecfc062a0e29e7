import { isStill } from "./motion.js";

const STEP_MILLIS = 320; // for the eye: the model is faster
const LONGEST_MILLIS = 5000;

/** Shows frames one after the other, as they come and again; a slider goes to any of them. */
export class Replay {
  #slider;
  #label;
  #button;
  #show;
  #frames = [];
  #position = -1;
  #playing = false;
  #timer = null;

  /** @param show is called with a frame */
  constructor({ slider, label, button }, show) {
    this.#slider = slider;
    this.#label = label;
    this.#button = button;
    this.#show = show;
    slider.addEventListener("input", () => {
      this.#pause();
      this.#goTo(slider.valueAsNumber);
    });
    button.addEventListener("click", () => (this.#playing ? this.#pause() : this.#again()));
  }

  /** @param frames which will grow */
  begin(frames) {
    this.#pause();
    this.#frames = frames;
    this.#position = -1;
    this.#playing = true;
  }

  /** The last frame is another one, or there are more. */
  grew() {
    this.#slider.max = this.#frames.length - 1;
    this.#slider.disabled = this.#button.disabled = false;
    const last = this.#frames.length - 1;
    if (this.#position >= last || (this.#playing && isStill())) {
      this.#goTo(last);
    } else if (this.#playing && this.#timer === null) {
      this.#next();
    }
  }

  /** Shows the last frame, now. */
  finish() {
    this.#pause();
    if (this.#frames.length > 0) {
      this.#goTo(this.#frames.length - 1);
    }
  }

  get isPlaying() {
    return this.#timer !== null;
  }

  #again() {
    if (this.#position === this.#frames.length - 1) {
      this.#position = -1;
    }
    this.#playing = true;
    this.#next();
  }

  #pause() {
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#playing = false;
    this.#button.textContent = "Replay";
  }

  #next() {
    const left = this.#frames.length - 1 - this.#position;
    if (left === 0) {
      this.#timer = null; // until there are more
      this.#button.textContent = "Replay";
      return;
    }
    this.#button.textContent = "Pause";
    this.#timer = setTimeout(() => this.#next(), Math.min(STEP_MILLIS, LONGEST_MILLIS / left));
    this.#goTo(isStill() ? this.#frames.length - 1 : this.#position + 1);
  }

  #goTo(position) {
    this.#position = position;
    const name = `step ${this.#frames[position].step} of ${this.#frames.at(-1).step}`;
    this.#slider.value = position;
    this.#slider.setAttribute("aria-valuetext", name);
    this.#label.textContent = name;
    this.#show(this.#frames[position]);
  }
}
