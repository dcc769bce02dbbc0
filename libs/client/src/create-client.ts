import { SOCKET_PATH, type TopicTypes } from 'nestjs-realtime-protocol';
import { Client } from './client.js';
import type { RealtimeClientOptions } from './client-options.js';
import { Credentials } from './credentials.js';
import { Note, pageOrigin } from './environment.js';
import type { Way } from './link.js';
import type { RealtimeClient } from './realtime-client.js';
import { TIMING } from './timing.js';
import { httpLines } from './transports/http-line.js';
import { Hub } from './transports/hub.js';
import { lazyLines } from './transports/lazy-line.js';
import { TRANSPORTS } from './transports/line.js';
import { readLongPolls, readShortPolls } from './transports/read-polls.js';
import { readStream } from './transports/read-stream.js';

const HUB_PATH = '/realtime/events';
const WAIT_S = 25;

/**
 * Connects when something is subscribed to, by the best transport that works here.
 *
 * @example
 * const client = createRealtimeClient<Topics>({ url: 'https://api.example.com', auth: () => session.token() });
 * client.subscribe('orders/42', { onSnapshot: show, onEvent: ({ data }) => show(data) });
 */
export function createRealtimeClient<Types extends TopicTypes = object>(
  options: RealtimeClientOptions = {},
): RealtimeClient<Types> {
  const { url = pageOrigin(), transports = TRANSPORTS } = options;
  const timing = { ...TIMING, ...options.timing };
  if (!url) throw new TypeError('Say where the server is: createRealtimeClient({ url }).');
  const credentials = new Credentials(options.auth);
  const hub = new Hub(url.replace(/\/$/, '') + (options.hubPath ?? HUB_PATH), credentials, timing.answerMs);
  const address = { origin: new URL(url).origin, path: options.socketPath ?? SOCKET_PATH };
  const open = {
    websocket: lazyLines(async () => {
      const { socketLines } = await import('./transports/socket-line.js');
      return socketLines(address, credentials, timing);
    }, timing.answerMs),
    sse: httpLines(hub, credentials, readStream(timing.silenceMs)),
    'long-poll': httpLines(hub, credentials, readLongPolls(options.waitS ?? WAIT_S)),
    'short-poll': httpLines(hub, credentials, readShortPolls),
  };
  const ways = [...new Set(transports)].map((name): Way => {
    if (Object.hasOwn(open, name)) return { name, open: open[name] };
    throw new TypeError(`"${name}" is no transport: ${TRANSPORTS.join(', ')} are.`);
  });
  if (ways.length === 0) throw new TypeError('Name at least one transport.');
  const note = new Note(`nestjs-realtime ${url}`);
  // What topics carry is the caller's word: nothing of it is there at run time.
  return new Client(ways, hub, credentials, note, timing) as RealtimeClient<Types>;
}
