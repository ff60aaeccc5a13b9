// What a route of a report says about the browser that shows this page.

export const MODES = ["omit", "include"];

/** The callers of a route as one browser is simulated: credentials mode -> caller. */
export function callers(route, browser) {
  const of = (caller) => caller.browsers.includes(browser) || browser === null;
  return new Map(route.callers.filter(of).map((caller) => [caller.credentials, caller]));
}

/** What the browser itself did: credentials mode -> result. */
export const observed = (route) => new Map(route.in_browser.map((result) => [result.credentials, result]));

/** "readable", "hidden", "blocked" or "absent", and the clause: what a caller makes of a header. */
export function verdict(header, credentials, browser) {
  const caller = header.callers.find(
    (each) => each.credentials === credentials && (browser === null || each.browsers.includes(browser)),
  );
  if (!caller) return null;
  const isSent = (caller.values ?? header.values).length > 0;
  const state = caller.readable ? "readable" : caller.clause === "blocked" ? "blocked" : isSent ? "hidden" : "absent";
  return { state, clause: caller.clause };
}

/** Whether the browser's own fetch() showed a header to the page; null if it was not called. */
export function isShown(header, result) {
  if (!result) return null;
  return result.headers.some(([name]) => name === header.name.toLowerCase());
}

/** "same", "different", or null if nothing is compared. */
export function agreement(route) {
  if (route.in_browser.length === 0) return null;
  return route.in_browser.some((result) => result.agreement === "different") ? "different" : "same";
}

/** Whether a route is blocked in all modes because the API does not allow the page's origin. */
export const isForOthers = (route) =>
  route.callers.every(({ failure }) => ["allow-origin-missing", "allow-origin-mismatch"].includes(failure?.code));

export const isSent = (header) => header.values.length > 0 || header.callers.some((each) => each.values?.length);

/** The headers that were sent, the custom ones first, without those of CORS and of the connection. */
export function telling(headers, { incidental }) {
  const isTelling = ({ name }) => !incidental.includes(name.toLowerCase()) && !isCors(name);
  return headers.filter((header) => isSent(header) && isTelling(header)).sort((one, other) => other.custom - one.custom);
}

export const isCors = (name) => name.toLowerCase().startsWith("access-control-");
