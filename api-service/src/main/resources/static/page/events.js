/** Reads server-sent events, one at a time, as {name, data}. Leaving the loop closes the stream. */
export async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        return;
      }
      const frames = (rest + value).split("\n\n");
      rest = frames.pop();
      yield* frames.map(event);
    }
  } finally {
    await reader.cancel();
  }
}

function event(frame) {
  const event = { name: "message", data: "" };
  for (const line of frame.split("\n")) {
    if (line.startsWith("event: ")) {
      event.name = line.slice("event: ".length);
    } else if (line.startsWith("data: ")) {
      event.data += line.slice("data: ".length);
    }
  }
  return event;
}
