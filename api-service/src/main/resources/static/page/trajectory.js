const MASK = "░";

/**
 * What became of the holes of a text, step by step. A token is {text, confidence, step, masked,
 * final}: its step is that at which it came to stand where it stands. A frame is {step, at, holes,
 * written}: the tokens of each hole after that step, `at` milliseconds after the request, of which
 * `written` are final.
 */
export class Trajectory {
  frames = [];
  usage = null;
  cost = null;
  #kept;
  #holes;
  #current = 0;
  #stepsBefore = 0;

  /** @param kept the texts around the holes */
  constructor(kept) {
    this.#kept = kept;
    this.#holes = kept.slice(1).map(() => ({ tokens: [], final: 0, text: "" }));
  }

  get kept() {
    return this.#kept;
  }

  /** The whole text as far as it is final. */
  get text() {
    return this.#kept.map((text, i) => (i ? this.#holes[i - 1].text + text : text)).join("");
  }

  get last() {
    return this.frames.at(-1);
  }

  /** Takes in a chunk of the answer. */
  see(chunk, at) {
    if (chunk.usage) {
      this.usage = chunk.usage;
      this.cost = chunk.diffusion;
      return;
    }
    const [choice] = chunk.choices;
    const hole = this.#hole(choice.index);
    hole.text += said(choice);
    if (choice.provenance) {
      this.#commit(hole, written(choice), at);
    } else if (chunk.diffusion) {
      this.#draft(hole, chunk.diffusion, at);
    } else if (choice.finish_reason) {
      hole.tokens = hole.tokens.slice(0, hole.final); // without what stood behind the end
      this.#frame(0, at);
    }
  }

  /** Steps count from 1 in each hole, but here through all of them. */
  #hole(index) {
    if (index !== this.#current) {
      this.#current = index;
      this.#stepsBefore = this.last?.step ?? 0;
    }
    return this.#holes[index];
  }

  #commit(hole, tokens, at) {
    const from = hole.final;
    const step = Math.max(...tokens.map((token) => token.step));
    hole.final += tokens.length;
    hole.tokens = [
      ...hole.tokens.slice(0, from),
      ...tokens.map(({ text, confidence }, i) => this.#placed(hole, from + i, text, confidence, step, true)),
      ...hole.tokens.slice(hole.final),
    ];
    this.#frame(step, at);
  }

  #draft(hole, { tokens, confidences, step, committed_tokens: from }, at) {
    hole.tokens = [
      ...hole.tokens.slice(0, from),
      ...tokens.map((text, i) => this.#placed(hole, from + i, text, confidences[i], step, false)),
    ];
    this.#frame(step, at);
  }

  #placed(hole, position, text, confidence, step, final) {
    const before = hole.tokens[position];
    const stays = before?.text === text;
    return {
      text,
      confidence,
      step: stays ? before.step : this.#stepsBefore + step,
      masked: !final && text === MASK,
      final,
    };
  }

  /** One frame a step: what comes later in a step takes the place of what came before. */
  #frame(step, at) {
    const frame = {
      step: Math.max(this.last?.step ?? 0, this.#stepsBefore + step),
      at,
      holes: this.#holes.map(({ tokens }) => tokens),
      written: this.#holes.reduce((sum, { final }) => sum + final, 0),
    };
    if (this.last?.step === frame.step) {
      this.frames.pop();
    }
    this.frames.push(frame);
  }
}

function said(choice) {
  return choice.text ?? choice.delta.content ?? "";
}

/** Its tokens. The first of a text may begin with what the prompt ends with: that is left out. */
function written(choice) {
  const [first, ...others] = choice.provenance;
  const all = choice.provenance.map((token) => token.text).join("");
  const text = said(choice);
  const before = all.endsWith(text) ? Math.min(all.length - text.length, first.text.length) : 0;
  return [{ ...first, text: first.text.slice(before) }, ...others];
}
