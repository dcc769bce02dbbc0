import { createServer } from 'node:http';
import { Webhook } from 'standardwebhooks';
import { listening } from '../shared/listening.js';
import { answer } from '../shared/rpc.js';
import { SECRET } from './terms.js';

const SILENCE_MS = 10_000;

const webhook = new Webhook(SECRET);
/** @type {Set<string>} */
const ids = new Set();
/** @type {string | undefined} */
let complaint;
let expected = Infinity;
let complete = () => {};

const server = createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (chunk) => (body += chunk));
  request.on('end', () => {
    take(/** @type {Record<string, string>} */ (request.headers), body);
    response.writeHead(204).end();
  });
});

/**
 * @param {Record<string, string>} headers
 * @param {string} body
 */
function take(headers, body) {
  const id = headers['webhook-id'];
  try {
    webhook.verify(body, headers);
    if (ids.has(id)) complaint ??= `${id} came twice.`;
    ids.add(id);
  } catch (error) {
    complaint ??= `${id} is not as it should be: ${error}`;
  }
  if (ids.size >= expected || complaint) complete();
}

answer({
  start: () => listening(server),

  /** From now on `count` deliveries are expected. */
  expect({ count }) {
    ids.clear();
    expected = count;
  },

  /** Resolves when all have come, each once and signed. Gives up after ten seconds without any. */
  async collect() {
    if (ids.size < expected) await all();
    if (complaint) throw new Error(complaint);
    if (ids.size < expected) throw new Error(`Only ${ids.size} of ${expected} deliveries came.`);
  },
});

function all() {
  return new Promise((resolve) => {
    let seen = ids.size;
    const timer = setInterval(() => {
      if (seen === ids.size) complete();
      seen = ids.size;
    }, SILENCE_MS);
    complete = () => {
      clearInterval(timer);
      resolve(undefined);
    };
  });
}
