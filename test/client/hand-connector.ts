import { jest } from '@jest/globals';
import type { ClientState } from '../../libs/client/src/client-state.js';
import { Connector } from '../../libs/client/src/connector.js';
import { Follower } from '../../libs/client/src/follower.js';
import { Followers } from '../../libs/client/src/followers.js';
import { TIMING } from '../../libs/client/src/timing.js';
import type { TransportName } from '../../libs/client/src/transports/line.js';
import { cursor, type HandLine, HandTransports, KeptNote } from './hand-transport.js';

export const ALL: readonly TransportName[] = ['websocket', 'sse', 'long-poll'];

export interface Connected {
  readonly transports: HandTransports;
  readonly states: ClientState[];
  /** What the follower of topic `a` was told. */
  readonly told: unknown[];
  readonly followers: Followers;
  readonly follower: Follower;
  readonly connector: Connector;
  readonly note: KeptNote;
}

/** A connector with one follower, over transports that are worked by hand. */
export async function connect({ names = ALL, note = new KeptNote() } = {}): Promise<Connected> {
  const transports = new HandTransports(...names);
  const states: ClientState[] = [];
  const told: unknown[] = [];
  const followers = new Followers(() => connector.changed());
  const connector: Connector = new Connector([...transports.ways], followers, note, TIMING, (state) =>
    states.push(state),
  );
  const follower = new Follower(['a'], cursor(0), {
    event: ({ data }) => told.push(data),
    snapshot: () => told.push('snapshot'),
    reset: () => told.push('reset'),
    end: () => told.push('end'),
  });
  followers.add(follower);
  await pass(0);
  return { transports, states, told, followers, follower, connector, note };
}

/** Lets time pass. Fake timers are needed. */
export function pass(ms: number): Promise<void> {
  return jest.advanceTimersByTimeAsync(ms);
}

/** The fall-back works, a better one does not. */
export async function liveByTheSecond(): Promise<Connected & { readonly second: HandLine }> {
  const connected = await connect();
  connected.transports.last.fail();
  const second = connected.transports.last;
  await pass(0);
  second.live();
  return { ...connected, second };
}
