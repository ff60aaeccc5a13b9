// Runs on the page of each origin: plays its vectors, reports what fetch() gave, and goes on to the next page.
// A page is handed its `plan`: {vectors: [[id, [{request, wait}, ...]], ...], next: the next page's URL or null}.

const AT_A_TIME = 8;
const PATIENCE = 15_000; // ms for one fetch
const BODY = 2; // seconds for a body, which may never end

const sleep = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

async function fetchOnce({ url, ...init }) {
  try {
    const response = await fetch(url, init);
    const { type, status, redirected } = response;
    const seen = { type, status, headers: [...response.headers], url: response.url, redirected };
    await Promise.race([response.arrayBuffer().catch(() => null), sleep(BODY)]);
    return seen;
  } catch (error) {
    return { error: String(error) };
  }
}

async function play([id, steps]) {
  const outcomes = [];
  for (const { request, wait } of steps) {
    await sleep(wait);
    const tooLate = sleep(PATIENCE / 1000).then(() => ({ stuck: "fetch() has not settled" }));
    outcomes.push(await Promise.race([fetchOnce(request), tooLate]));
  }
  return [id, outcomes];
}

async function playAll(vectors) {
  const waits = ([, steps]) => steps.some(({ wait }) => wait > 0);
  const queue = vectors.filter((vector) => !waits(vector));
  const outcomes = [];
  const worker = async () => {
    while (queue.length > 0) outcomes.push(await play(queue.shift()));
  };
  const waiting = vectors.filter(waits).map(async (vector) => outcomes.push(await play(vector)));
  await Promise.all([...waiting, ...Array.from({ length: AT_A_TIME }, worker)]);
  return Object.fromEntries(outcomes);
}

async function run({ vectors, next }) {
  const framed = parent !== self;
  const served = location.protocol.startsWith("http");
  const server = served ? location : "http://app.example";
  if (!framed && served) history.replaceState(null, "", "/"); // the page's URL is its origin's root, as Referer tells
  const outcomes = await playAll(vectors);
  const report = new URL("/-/report", server);
  await fetch(report, { method: "POST", mode: "no-cors", body: JSON.stringify(outcomes) });
  // What the console says of the last fetch comes behind what it says of all others.
  if (!next) await fetch(new URL("//end.example/-/end", server)).catch(() => null);
  if (framed) parent.postMessage(next, "*");
  else if (next) location = next;
}
