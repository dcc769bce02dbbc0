import { Follower } from '../../libs/client/src/follower.js';
import { Followers } from '../../libs/client/src/followers.js';
import { type HandLine, HandTransports } from './hand-transport.js';

export interface Followed {
  readonly followers: Followers;
  /** One more each time that something else is to be followed. */
  readonly changes: Followers[];
  readonly line: HandLine;
}

/** A line, and followers whose changes are not followed by themselves. */
export function start(): Followed {
  const changes: Followers[] = [];
  const followers = new Followers(() => changes.push(followers));
  const transports = new HandTransports('sse');
  const ignore = () => undefined;
  transports.ways[0]!.open({
    opened: ignore,
    live: ignore,
    refused: ignore,
    ended: ignore,
    events: (events) => followers.events(events),
    moved: (place) => followers.moved(place),
    snapshot: (place, states) => followers.snapshot(place, states),
    reset: (reason, place) => followers.reset(reason, place),
  });
  return { followers, changes, line: transports.last };
}

export interface Following {
  readonly follower: Follower;
  readonly told: unknown[];
}

/** Who keeps what it is told: data, states, reasons, codes. */
export function follow(followers: Followers, topics: string[], since?: string): Following {
  const told: unknown[] = [];
  const follower = new Follower(topics, since, {
    event: ({ data }) => told.push(data),
    snapshot: (states) => told.push(states),
    reset: (reason) => told.push(reason),
    end: (error) => told.push(error?.code ?? 'end'),
  });
  followers.add(follower);
  return { follower, told };
}
