const WATCHED = {
  stream: true,
  stream_options: { include_usage: true },
  diffusing: true,
  provenance: true,
};

/**
 * What there is to do with code. Each makes a request: where it goes, what it says, and the texts
 * that are kept around what is written, one more than there are holes.
 */
export const tasks = {
  generate: {
    hint: "The model goes on where the text ends.",
    request: ({ text }) => ({
      path: "/v1/completions",
      body: { ...WATCHED, prompt: text },
      kept: [text, ""],
    }),
  },

  infill: {
    hint: "What is selected is written anew; a caret is a hole as well. Hold Ctrl for several.",
    request: ({ text, selections }) => {
      const kept = around(text, selections);
      return {
        path: "/v1/infill",
        body: { ...WATCHED, segments: kept.flatMap((t, i) => (i ? [{ hole: true }, t] : [t])) },
        kept,
      };
    },
  },

  edit: {
    hint: "The code is changed as the instruction says; the rest of it stays.",
    // Of the two endpoints for edits the one that answers without a code fence.
    request: ({ text, instruction }) => {
      const content = marked("original_code", text) + marked("update_snippet", instruction);
      return {
        path: "/v1/apply/completions",
        body: { ...WATCHED, messages: [{ role: "user", content }] },
        kept: ["", ""],
      };
    },
  },
};

function around(text, selections) {
  const starts = [0, ...selections.map(({ to }) => to)];
  const ends = [...selections.map(({ from }) => from), text.length];
  return starts.map((start, i) => text.slice(start, ends[i]));
}

function marked(tag, text) {
  return `<|${tag}|>\n${text}<|/${tag}|>\n`;
}
