import type { RealtimeClientError } from './client.error.js';
import type { TransportName } from './transports/line.js';

/** How a client is connected. */
export interface ClientState {
  /**
   * - `connecting`: a transport is being tried;
   * - `catching-up`: connected, and told what was missed;
   * - `live`: told things as they happen;
   * - `offline`: not connected, for `reason`;
   * - `closed`: for good.
   */
  readonly name: 'connecting' | 'catching-up' | 'live' | 'offline' | 'closed';
  /** The transport that is tried, or that works. */
  readonly transport?: TransportName;
  /** Who holds the connection, where tabs share one (`shareTabs`); undefined where they do not. */
  readonly heldBy?: 'this-tab' | 'another-tab';
  /** Why it is so: `idle` (nothing is followed), `hidden` (the tab), what went wrong, or why a transport was left. */
  readonly reason?: string;
  /** What went wrong, if something did. */
  readonly error?: RealtimeClientError;
  /** When an offline client tries again, in milliseconds from then. */
  readonly retryMs?: number;
}
