import { Feeds } from '../../libs/realtime/src/bus/feeds.js';
import { Sessions } from '../../libs/realtime/src/access/sessions.js';
import { Connections } from '../../libs/realtime/src/transports/connections.js';
import { Heartbeats } from '../../libs/realtime/src/transports/heartbeats.js';
import { TimerWheel } from '../../libs/realtime/src/timing/timer-wheel.js';
import type { RunningApp } from './app.js';
import { until } from './until.js';

/** What an application holds for its clients. */
export interface Census {
  readonly sessions: number;
  readonly connections: number;
  readonly heartbeats: number;
  readonly deadlines: number;
  /** Sets of topics being read, besides the one of revocations. */
  readonly feeds: number;
}

/** What is left when nobody is connected. */
export const NOBODY: Census = { sessions: 0, connections: 0, heartbeats: 0, deadlines: 0, feeds: 0 };

export function census({ nest }: RunningApp): Census {
  return {
    sessions: nest.get(Sessions).size,
    connections: nest.get(Connections).size,
    heartbeats: nest.get(Heartbeats).size,
    deadlines: nest.get(TimerWheel).size,
    feeds: nest.get(Feeds).size - 1,
  };
}

/** Resolves when nothing is held for anybody any more. */
export function nobodyLeft(app: RunningApp): Promise<void> {
  return until(() => Object.values(census(app)).every((count) => count === 0));
}
