import type { Credentials } from '../credentials.js';
import type { Timing } from '../timing.js';
import type { ReadHub } from './http-line.js';
import type { Hub } from './hub.js';
import { lazyLines } from './lazy-line.js';
import type { OpenLine, TransportName } from './line.js';
import type { SocketAddress } from './open-socket.js';

/** What lines lead to, and how. */
export interface LineOptions {
  readonly loadHub: () => Promise<Hub>;
  readonly address: SocketAddress;
  readonly credentials: Credentials;
  readonly timing: Timing;
  /** How long the server may wait with its answer to a long poll, in seconds. */
  readonly waitS: number;
}

/** How to open a line by each transport. Its code is loaded when it is tried: most pages need one of them. */
export function linesBy(options: LineOptions): Readonly<Record<TransportName, OpenLine>> {
  const { loadHub, address, credentials, timing, waitS } = options;
  const lazy = (load: () => Promise<OpenLine>) => lazyLines(load, timing.answerMs);
  const http = (load: () => Promise<ReadHub>) =>
    lazy(async () => {
      const [hub, { httpLines }, read] = await Promise.all([loadHub(), import('./http-line.js'), load()]);
      return httpLines(hub, credentials, read);
    });
  return {
    websocket: lazy(async () => {
      const { socketLines } = await import('./socket-line.js');
      return socketLines(address, credentials, timing);
    }),
    sse: http(async () => (await import('./read-stream.js')).readStream(timing.silenceMs)),
    'long-poll': http(async () => (await import('./read-polls.js')).readLongPolls(waitS)),
    'short-poll': http(async () => (await import('./read-polls.js')).readShortPolls),
  };
}
