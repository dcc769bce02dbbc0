import { afterEach } from '@jest/globals';
import type { RealtimeEngine, Retention } from 'nestjs-realtime';
import { TestClock } from '../../support/test-clock.js';
import { UNLIMITED } from '../../support/unlimited.js';

/** What an engine under test can do beyond the contract. */
export interface EngineTraits {
  /** It takes the time from the clock it is given. */
  readonly clock: boolean;
  /** It obeys `retention.maxBytes`. */
  readonly maxBytes: boolean;
  /** It can be opened again. */
  readonly reopens: boolean;
  /** It says that it is durable. */
  readonly durable: boolean;
  /** How many cases a property is tried with: fewer where each costs a network round trip. */
  readonly runs: number;
}

export interface OpenEngine {
  /** Started, over a log of its own. */
  readonly engine: RealtimeEngine;
  /** Stops it, and starts an engine over the same place, as after a restart of the process. */
  reopen?(): Promise<RealtimeEngine>;
  /** Stops the latest engine, and removes the log. */
  close(): Promise<void>;
}

/** Opens a fresh, empty log. `now` is obeyed if the engine has the trait `clock`. */
export type EngineFactory = (retention: Retention, now: () => number) => Promise<OpenEngine>;

export interface EngineUnderTest extends OpenEngine {
  readonly clock: TestClock;
}

/** Opens engines that are closed after the test. */
export type OpenEngines = (retention?: Partial<Retention>) => Promise<EngineUnderTest>;

export function enginesOf(factory: EngineFactory): OpenEngines {
  const opened = new Set<OpenEngine>();
  const close = async (open: OpenEngine) => {
    if (opened.delete(open)) await open.close();
  };
  afterEach(async () => {
    for (const open of opened) await close(open);
  });
  return async (retention = {}) => {
    const clock = new TestClock();
    const open = await factory({ ...UNLIMITED, ...retention }, clock.now);
    opened.add(open);
    return { ...open, clock, close: () => close(open) };
  };
}
