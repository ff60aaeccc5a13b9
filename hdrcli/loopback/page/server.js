// The page's server. The token is in the URL's fragment, which is never sent, and goes into a header.

const token = decodeURIComponent(location.hash.slice(1));

/** The server refused a request, or cannot be reached. The message is a sentence. */
export class ServerError extends Error {}

/** Call the server: a POST if there is something to send. Throws `ServerError`. */
export async function call(path, value) {
  return (await response(path, value)).json();
}

/** As `call`, the values of an event stream, one after the other: those of EventSource, which can send no token. */
export async function* stream(path) {
  const reader = (await response(path)).body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { done, value } = await reader.read().catch(() => ({ done: true }));
    if (done) return;
    const events = (text + value).split("\n\n");
    text = events.pop();
    for (const event of events) if (event.startsWith("data: ")) yield JSON.parse(event.slice("data: ".length));
  }
}

async function response(path, value) {
  const init = { headers: { Authorization: `Bearer ${token}` } };
  if (value !== undefined) {
    init.method = "POST";
    init.headers["Content-Type"] = "application/json";
    init.body = JSON.stringify(value);
  }
  let received;
  try {
    received = await fetch(`api/${path}`, init);
  } catch {
    throw new ServerError("hdrcli has stopped: start it again, and open the URL that it prints.");
  }
  if (received.ok) return received;
  if (received.status === 401) throw new ServerError("The token is missing or old: open the URL that hdrcli printed.");
  throw new ServerError(await message(received));
}

async function message(response) {
  const text = await response.text();
  try {
    const { detail } = JSON.parse(text);
    return typeof detail === "string" ? detail : detail.map(({ loc, msg }) => `${loc.at(-1)}: ${msg}`).join("; ");
  } catch {
    return text.trim() || `The server responds with ${response.status}.`;
  }
}
