import type { Credentials } from '../credentials.js';
import type { Timing } from '../timing.js';
import { httpLines } from './http-line.js';
import type { Hub } from './hub.js';
import { lazyLines } from './lazy-line.js';
import type { OpenLine, TransportName } from './line.js';
import type { SocketAddress } from './open-socket.js';

/** What lines lead to, and how. */
export interface LineOptions {
  readonly hub: Hub;
  readonly address: SocketAddress;
  readonly credentials: Credentials;
  readonly timing: Timing;
  /** How long the server may wait with its answer to a long poll, in seconds. */
  readonly waitS: number;
}

/** How to open a line by each transport. Its code is loaded when it is tried: most pages need one of them. */
export function linesBy(options: LineOptions): Readonly<Record<TransportName, OpenLine>> {
  const { hub, address, credentials, timing, waitS } = options;
  const lazy = (load: () => Promise<OpenLine>) => lazyLines(load, timing.answerMs);
  return {
    websocket: lazy(async () => {
      const { socketLines } = await import('./socket-line.js');
      return socketLines(address, credentials, timing);
    }),
    sse: lazy(async () => {
      const { readStream } = await import('./read-stream.js');
      return httpLines(hub, credentials, readStream(timing.silenceMs));
    }),
    'long-poll': lazy(async () => {
      const { readLongPolls } = await import('./read-polls.js');
      return httpLines(hub, credentials, readLongPolls(waitS));
    }),
    'short-poll': lazy(async () => {
      const { readShortPolls } = await import('./read-polls.js');
      return httpLines(hub, credentials, readShortPolls);
    }),
  };
}
