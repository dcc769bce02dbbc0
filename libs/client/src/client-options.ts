import type { Auth } from './credentials.js';
import type { Timing } from './timing.js';
import type { TransportName } from './transports/line.js';

export interface RealtimeClientOptions {
  /** Where the server is: `https://api.example.com`, with the prefix of its routes, if any. Default: the page's origin. */
  readonly url?: string;
  /**
   * The transports to use, best first. Default: `['websocket', 'sse', 'long-poll', 'short-poll']`. WebSocket needs
   * the package `socket.io-client`; without it the next one is taken. SSE is read by `fetch`, in browsers too: an
   * `EventSource` is told nothing of heartbeats, nor of events whose type it does not know.
   */
  readonly transports?: readonly TransportName[];
  /** The token that the server's `authenticate` reads, or a function that gets one. Default: none. */
  readonly auth?: Auth;
  /** Path of the hub route. Default: `/realtime/events`. */
  readonly hubPath?: string;
  /** Path of the socket gateway, from the server's root. Default: `/realtime/socket.io`. */
  readonly socketPath?: string;
  /** How long the server may wait with its answer to a long poll, in seconds. Default: 25. */
  readonly waitS?: number;
  /**
   * Whether the tabs of a browser share one connection: one of them holds it for all, and another when that one is
   * gone. It takes Web Locks and BroadcastChannel (HTTPS, or localhost); elsewhere, and in Node, each client connects
   * by itself. Default: true with `auth` or `shareKey`. Without both, cookies may say who somebody is, and a tab must
   * not read with the rights of who was logged in before: say true where everybody may read the same.
   */
  readonly shareTabs?: boolean;
  /**
   * Who is connected: a user's id. Tabs share a connection, and the rights that come with it, if this is the same for
   * both. Default: the first token that `auth` gives. Say it if tabs of one user have different tokens.
   */
  readonly shareKey?: string;
  readonly timing?: Partial<Timing>;
}
