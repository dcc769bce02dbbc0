import { SOCKET_PATH, type TopicTypes } from 'nestjs-realtime-protocol';
import { Client } from './client.js';
import type { RealtimeClientOptions } from './client-options.js';
import type { Connect } from './connection.js';
import { Connector } from './connector.js';
import { Credentials } from './credentials.js';
import { Note, pageOrigin, tabPlatform } from './environment.js';
import type { Way } from './link.js';
import type { RealtimeClient } from './realtime-client.js';
import { digest } from './keys.js';
import type { Platform } from './tabs/platform.js';
import { SharedConnection } from './tabs/shared-connection.js';
import { TIMING } from './timing.js';
import type { Publisher } from './transports/hub.js';
import { TRANSPORTS } from './transports/line.js';
import { linesBy } from './transports/lines.js';

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
  // What topics carry is the caller's word: nothing of it is there at run time.
  return createClientOn(tabPlatform(), options) as RealtimeClient<Types>;
}

/** @param platform of the tabs that it may share a connection with, where there are any */
export function createClientOn(platform: Platform | undefined, options: RealtimeClientOptions): Client {
  const {
    url = pageOrigin(),
    transports = TRANSPORTS,
    hubPath = HUB_PATH,
    socketPath = SOCKET_PATH,
    auth,
    shareKey,
    // Cookies, which no page can read, may say who somebody is.
    shareTabs = auth !== undefined || shareKey !== undefined,
  } = options;
  const timing = { ...TIMING, ...options.timing };
  if (!url) throw new TypeError('Say where the server is: createRealtimeClient({ url }).');
  const credentials = new Credentials(auth);
  const loadHub = async () => {
    const { Hub } = await import('./transports/hub.js');
    return new Hub(url.replace(/\/$/, '') + hubPath, credentials, timing.answerMs);
  };
  const hub: Publisher = { publish: async (message, signal) => (await loadHub()).publish(message, signal) };
  const address = { origin: new URL(url).origin, path: socketPath };
  const open = linesBy({ loadHub, address, credentials, timing, waitS: options.waitS ?? WAIT_S });
  const ways = [...new Set(transports)].map((name): Way => {
    if (Object.hasOwn(open, name)) return { name, open: open[name] };
    throw new TypeError(`"${name}" is no transport: ${TRANSPORTS.join(', ')} are.`);
  });
  if (ways.length === 0) throw new TypeError('Name at least one transport.');
  const note = new Note(`nestjs-realtime ${url}`);
  const connect: Connect = (followers, tell) => new Connector([...ways], followers, note, timing, tell);
  if (!platform || !shareTabs) return new Client(connect, hub, credentials);
  const who = async () => shareKey ?? [await credentials.token()];
  const group = async () => {
    const name = await digest([url, hubPath, socketPath, transports, await who()]);
    return { name: `nestjs-realtime ${name}`, platform, connect, hub };
  };
  return new Client((...its) => new SharedConnection(group, connect, ...its), hub, credentials);
}
