// The browser that shows this page, and what its fetch() gives to a page.

/** The browser: `name` as hdrcli calls its simulation, null if there is none; `title` for people. */
export function visitor() {
  const agent = navigator.userAgent;
  const chromium = navigator.userAgentData?.brands.find(({ brand }) => brand === "Chromium");
  if (chromium) return browser("chromium", "Chromium", chromium.version);
  const found = [
    ["firefox", "Firefox", /\bFirefox\/(\d+)/],
    ["chromium", "Chromium", /\bChrom(?:e|ium)\/(\d+)/],
    ["webkit", "Safari", /\bVersion\/([\d.]+).*\bSafari\//],
    ["webkit", "WebKit", /\bAppleWebKit\/([\d.]+)/],
  ].find(([, , pattern]) => pattern.test(agent));
  if (!found) return browser(null, "an unknown browser", "");
  const [name, title, pattern] = found;
  return browser(name, title, pattern.exec(agent)[1]);
}

const browser = (name, title, version) => ({ name, version, title: `${title} ${version}`.trim() });

/** Call fetch(), and return what the page can read of the response. Its body is not needed. */
export async function observe(url, request, credentials, seconds) {
  const init = {
    method: request.method,
    headers: request.headers,
    credentials,
    redirect: request.redirect,
    cache: "no-store", // neither the browser's cache nor its permissions of earlier preflights
  };
  if (request.body !== null) init.body = request.body;
  const late = new Promise((resolve) => setTimeout(resolve, seconds * 1000, { late: true }));
  const result = await Promise.race([fetch(url, init).then(read, (error) => ({ error: String(error) })), late]);
  return { credentials, ...result };
}

function read({ type, status, headers, body }) {
  body?.cancel().catch(() => {});
  return { type, status, headers: [...headers] };
}
