const LEGENDS = {
  confidence: { from: "unsure", to: "sure", colours: ["c0", "c1", "c2", "c3", "c4"] },
  step: { from: "early", to: "late", colours: ["s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7"] },
};

/** What the colours of tokens mean. */
export function legend(colour) {
  const { from, to, colours } = LEGENDS[colour];
  return [
    sample("masked", "░"),
    " masked ",
    sample("token draft", "ab"),
    ` may change   ${from} `,
    ...colours.map((name) => sample(`token ${name}`, " ")),
    ` ${to}`,
  ];
}

function sample(className, text) {
  const span = document.createElement("span");
  span.className = className;
  span.textContent = text;
  return span;
}
