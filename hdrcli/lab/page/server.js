// The lab's server. The token is in the URL's fragment, which is never sent, and goes into a header.

const token = decodeURIComponent(location.hash.slice(1));

/** The server refused a request, or cannot be reached. The message is a sentence. */
export class ServerError extends Error {}

/** Call the lab's server: a POST if there is something to send. Throws `ServerError`. */
export async function call(path, value) {
  const init = { headers: { Authorization: `Bearer ${token}` } };
  if (value !== undefined) {
    init.method = "POST";
    init.headers["Content-Type"] = "application/json";
    init.body = JSON.stringify(value);
  }
  let response;
  try {
    response = await fetch(`api/${path}`, init);
  } catch {
    throw new ServerError("The lab has ended: start it again, and open the URL that it prints.");
  }
  if (response.ok) return response.json();
  if (response.status === 401) throw new ServerError("The token is missing or old: open the URL that hdrcli printed.");
  throw new ServerError(await message(response));
}

async function message(response) {
  const text = await response.text();
  try {
    const { detail } = JSON.parse(text);
    return typeof detail === "string" ? detail : detail.map(({ loc, msg }) => `${loc.at(-1)}: ${msg}`).join("; ");
  } catch {
    return text.trim() || `The lab's server responds with ${response.status}.`;
  }
}
