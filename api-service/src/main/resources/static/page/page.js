import { model } from "./api.js";
import { Canvas } from "./canvas.js";
import { Editor } from "./editor.js";
import { examples, marked } from "./examples.js";
import { figures, sentence } from "./figures.js";
import { legend } from "./legend.js";
import { isStill } from "./motion.js";
import { Race } from "./race.js";
import { Replay } from "./replay.js";
import { tasks } from "./tasks.js";
import { watched } from "./watching.js";

const AUTOREGRESSIVE = "autoregressive";

const byId = (id) => document.getElementById(id);
const form = byId("task");
const editor = new Editor(byId("code"));
const canvas = new Canvas(byId("canvas"));
const replay = new Replay(
  { slider: byId("step"), label: byId("step-name"), button: byId("play") },
  showFrame,
);
const race = new Race(
  ["first-lane", "second-lane"].map((id) => ({ canvas: byId(id), figures: byId(`${id}-figures`) })),
);

let shown = null; // the trajectory on the canvas
let running = null; // the AbortController of what is being done
let example = null; // what the editor holds, as long as nobody has changed it

function showFrame(frame) {
  canvas.show(frame);
  const { tokens, speed, perForward, cached } = figures(shown, frame);
  byId("tokens").textContent = tokens;
  byId("speed").textContent = speed;
  byId("per-forward").textContent = perForward;
  byId("cached").textContent = cached;
}

function request() {
  return tasks[form.mode.value].request({
    text: editor.text,
    selections: editor.selections,
    instruction: form.instruction.value,
  });
}

async function write(signal) {
  for await (const trajectory of watched(request(), form.decoding.value, signal)) {
    if (trajectory !== shown) {
      shown = trajectory;
      canvas.begin(trajectory);
      replay.begin(trajectory.frames);
    } else if (trajectory.frames.length > 0) {
      replay.grew();
    }
  }
  return isStill() ? `${sentence(shown)}.` : `${sentence(shown)}, shown slowed down.`;
}

async function compete(signal) {
  const blocks = form.decoding.value === AUTOREGRESSIVE ? "lossless" : form.decoding.value;
  byId("first-lane-title").textContent = `Blocks, ${blocks}`;
  byId("race-panel").hidden = false;
  byId("race-panel").scrollIntoView({ block: "nearest" });
  byId("race-pace").textContent = "";
  const { durations, slower } = await race.run(request(), [blocks, AUTOREGRESSIVE], signal);
  byId("race-pace").textContent = isStill()
    ? "One after the other on the same machine."
    : `One after the other on the same machine, shown together and ${Math.round(slower)} times slower.`;
  const [mine, other] = durations;
  return mine < other
    ? `Blocks took ${(other / mine).toFixed(1)} times less time.`
    : `One token at a time took ${(mine / other).toFixed(1)} times less time.`;
}

/** Does one thing at a time, and says how it ended. */
async function run(work) {
  if (running) {
    return;
  }
  running = new AbortController();
  setRunning(true);
  say("Writing …");
  try {
    say(await work(running.signal));
  } catch (error) {
    say(error.name === "AbortError" ? "Cancelled." : error.message);
  } finally {
    running = null;
    setRunning(false);
    canvas.end();
  }
}

/** Buttons that do nothing now say so, but keep the focus: whoever is there stays there. */
function setRunning(is) {
  byId("run").ariaDisabled = byId("race").ariaDisabled = is;
  byId("cancel").ariaDisabled = !is;
  byId("keep").disabled = is || !shown?.usage;
}

function cancel() {
  running?.abort();
  replay.finish();
}

function say(text) {
  byId("status").textContent = text;
}

/** Puts what was written into the code. */
function keep() {
  editor.text = shown.text;
  say("The code is what was written.");
}

function chooseMode() {
  const mode = form.mode.value;
  document.body.dataset.mode = mode;
  byId("hint").textContent = tasks[mode].hint;
  byId("instruction-field").hidden = mode !== "edit";
  if (example === null || editor.text === example) {
    const { text, from, to } = marked(examples[mode]);
    editor.text = example = text;
    editor.select(from, to);
    form.instruction.value = examples.edit.instruction;
  }
}

function chooseColour() {
  const colour = document.querySelector("input[name=colour]:checked").value;
  document.body.dataset.colour = colour;
  byId("legend").replaceChildren(...legend(colour));
}

function onKey(event) {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    run(write);
  } else if (event.key === "Escape") {
    cancel();
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  run(write);
});
byId("race").addEventListener("click", () => run(compete));
byId("cancel").addEventListener("click", cancel);
byId("keep").addEventListener("click", keep);
document.addEventListener("keydown", onKey, { capture: true });
document.querySelectorAll("input[name=mode]").forEach((it) => it.addEventListener("change", chooseMode));
document.querySelectorAll("input[name=colour]").forEach((it) => it.addEventListener("change", chooseColour));

chooseMode();
chooseColour();
try {
  const { id, parameters, decoding } = await model();
  byId("model").textContent = `Here by ${id}, ${(parameters / 1e6).toFixed(1)} million parameters.`;
  form.decoding.value = decoding;
} catch (error) {
  say(error.message);
}
