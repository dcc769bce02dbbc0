// Imports what it is told to and prints what that exports, and what it changed in the process.
const [peers, entries] = process.argv.slice(2).map((list) => list.split(','));

/** What reading modules needs, which may be on its way at any moment. */
const READING = new Set(['FSReqCallback', 'FSReqPromise', 'CloseReq']);

for (const peer of peers) await import(peer);
const before = await traces();
const names = {};
for (const entry of entries) names[entry] = Object.keys(await import(entry)).toSorted();
console.log(JSON.stringify({ names, before, after: await traces() }));

async function traces() {
  // Loading modules reads files, and lmdb looks for one once it is loaded.
  while (process.getActiveResourcesInfo().some((name) => name.includes('Req')))
    await new Promise(setImmediate);
  return {
    globals: Reflect.ownKeys(globalThis).map(String),
    environment: Object.keys(process.env),
    listeners: process.eventNames().map((name) => [String(name), process.listenerCount(name)]),
    resources: process.getActiveResourcesInfo().filter((name) => !READING.has(name)),
  };
}
