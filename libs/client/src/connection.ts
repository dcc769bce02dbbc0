import type { ClientState } from './client-state.js';
import type { Presence } from './environment.js';
import type { Followers } from './followers.js';
import type { Line } from './transports/line.js';

/** What keeps a client's followers told. */
export interface Connection extends Presence {
  /** Where to send things, if that is open. */
  readonly line: Pick<Line, 'publish' | 'renew'> | undefined;
  /** What is to be followed has changed. */
  changed(): void;
  close(): void;
}

/** @param tell called with each state that it gets into */
export type Connect = (followers: Followers, tell: (state: ClientState) => void) => Connection;
