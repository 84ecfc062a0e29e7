import { events } from "./events.js";

/** The chunks of a streamed answer. Fails with a message for the reader; aborting the signal cancels. */
export async function* chunks(path, body, signal) {
  const response = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...csrfHeader() },
    body: JSON.stringify(body),
    signal,
  });
  await requireOk(response);
  for await (const { name, data } of events(response.body)) {
    if (name === "error") {
      throw new Error(JSON.parse(data).error.message);
    }
    if (data === "[DONE]") {
      return;
    }
    yield JSON.parse(data);
  }
  throw new Error("The answer broke off: try again.");
}

/** The model that is served. */
export async function model() {
  const response = await fetch("/v1/models");
  await requireOk(response);
  return (await response.json()).data[0];
}

/** Whoever is signed on has a cookie that pages from elsewhere cannot read. */
function csrfHeader() {
  const token = document.cookie.match(/(?:^|; )XSRF-TOKEN=([^;]+)/)?.[1];
  return token ? { "X-XSRF-TOKEN": decodeURIComponent(token) } : {};
}

async function requireOk(response) {
  if (response.status === 401) {
    throw new Error("You are not signed on any more: reload the page.");
  }
  if (!response.ok) {
    const body = await response.json().catch(() => null);
    throw new Error(body?.error?.message ?? `The server answered ${response.status}: try again.`);
  }
}
