import { Canvas } from "./canvas.js";
import { figures, sentence } from "./figures.js";
import { isStill } from "./motion.js";
import { watched } from "./watching.js";

const SHOWN_MILLIS = 6000; // what the slower one takes before one's eyes

/**
 * The same request in two ways, side by side. Each is written while the machine does nothing else
 * for this page; both are then shown together, as slowed down as the slower needs. The second may
 * find the prompt in a cache that the first has filled: so the blocks go first.
 */
export class Race {
  #lanes;

  /** @param lanes two of {canvas, figures}, elements */
  constructor(lanes) {
    this.#lanes = lanes.map(({ canvas, figures }) => ({ canvas: new Canvas(canvas), figures }));
  }

  /**
   * @returns once it has been shown, {durations, slower}: milliseconds of each, and how many times
   *     slower they were shown
   */
  async run(request, decodings, signal) {
    try {
      const trajectories = [];
      for (const [i, decoding] of decodings.entries()) {
        trajectories.push(await this.#written(this.#lanes[i], request, decoding, signal));
      }
      const durations = trajectories.map(({ last }) => last.at);
      const slower = Math.max(1, SHOWN_MILLIS / Math.max(...durations));
      await this.#show(trajectories, slower, signal);
      return { durations, slower };
    } finally {
      this.#lanes.forEach(({ canvas }) => canvas.end());
    }
  }

  async #written(lane, request, decoding, signal) {
    let last;
    for await (const trajectory of watched(request, decoding, signal)) {
      if (trajectory !== last) {
        lane.canvas.begin(trajectory);
        lane.figures.textContent = "is being written …";
        last = trajectory;
      }
    }
    return last;
  }

  #show(trajectories, slower, signal) {
    const start = performance.now();
    const shown = trajectories.map(() => null);
    return new Promise((resolve, reject) => {
      const tick = () => {
        if (signal.aborted) {
          reject(signal.reason);
          return;
        }
        const now = isStill() ? Infinity : (performance.now() - start) / slower;
        trajectories.forEach((trajectory, i) => {
          const frame = trajectory.frames.findLast(({ at }) => at <= now);
          if (frame && frame !== shown[i]) {
            shown[i] = frame;
            this.#showFrame(this.#lanes[i], trajectory, frame);
          }
        });
        if (trajectories.every(({ last }, i) => shown[i] === last)) {
          resolve();
        } else {
          requestAnimationFrame(tick);
        }
      };
      tick();
    });
  }

  #showFrame(lane, trajectory, frame) {
    lane.canvas.show(frame);
    if (frame === trajectory.last) {
      lane.figures.textContent = `${sentence(trajectory)}.`;
    } else {
      const { tokens, perForward } = figures(trajectory, frame);
      lane.figures.textContent = `${tokens} tokens, ${perForward} a forward`;
    }
  }
}
