import { Controller, Inject } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { LongPoll, memoryEngine, ShortPoll, Sse } from 'nestjs-realtime';
import { ADAPTERS, startApp } from './support/app.js';
import { CuttingProxy, randomFate } from './support/cutting-proxy.js';
import type { StateReader } from './support/readers/state-reader.js';
import { StatePollReader } from './support/readers/state-poll.reader.js';
import { StateStreamReader } from './support/readers/state-stream.reader.js';
import { type SeededRandom, withSeed } from './support/seeded-random.js';
import { turns } from './support/turns.js';

interface Score {
  readonly version: number;
  readonly text: string;
}

/** The state, shared by all nodes: nothing yet. */
class Board {
  score: Score | undefined;
}

@Controller('score')
class ScoreController {
  constructor(@Inject(Board) private readonly board: Board) {}

  @ShortPoll('short')
  short() {
    return this.board.score;
  }

  @ShortPoll('tagged', { topic: 'score', etag: 'topic' })
  tagged() {
    return this.board.score;
  }

  @LongPoll('long', { topic: 'score', waitMs: 55_000 })
  async long() {
    // A database that takes its time.
    const { score } = this.board;
    await turns(2);
    return score;
  }

  @LongPoll('shared', { topic: 'score', waitMs: 55_000, share: true })
  shared() {
    return this.board.score;
  }

  @Sse('stream', { topic: 'score' })
  async stream() {
    const { score } = this.board;
    await turns(2);
    return score;
  }
}

const READERS: readonly StateReader[] = [
  new StatePollReader('short poll', '/score/short'),
  new StatePollReader('short poll by topic', '/score/tagged'),
  new StatePollReader('long poll', '/score/long'),
  new StatePollReader('shared long poll', '/score/shared'),
  new StateStreamReader('/score/stream'),
];

/** Somebody who looks, and what went wrong with what they saw. */
class Onlooker {
  readonly over = new AbortController();
  readonly faults: string[] = [];
  private etag: string | undefined;
  private version = 0;
  private final = Infinity;

  constructor(
    readonly readers: readonly StateReader[],
    private readonly proxies: readonly CuttingProxy[],
    private readonly random: SeededRandom,
  ) {}

  get cuts(): number {
    return this.proxies.reduce((sum, { cuts }) => sum + cuts, 0);
  }

  async look(): Promise<void> {
    while (!this.over.signal.aborted) {
      const { url } = this.random.pick(this.proxies);
      await this.random.pick(this.readers).read(url, this.etag, this, this.over.signal);
      await turns();
    }
  }

  show(state: unknown, etag: string | undefined): void {
    const { version } = state as Score;
    if (version < this.version) this.faults.push(`${version} after ${this.version}`);
    this.version = version;
    this.etag = etag;
    this.check();
  }

  /** There is no later version: once it is seen, that is the end. */
  endAt(version: number): void {
    this.final = version;
    for (const proxy of this.proxies) proxy.cutting = false;
    this.check();
  }

  private check(): void {
    if (this.version === this.final) this.over.abort();
  }
}

describe('a state that changes while connections are cut', () => {
  it(
    'is in the end seen by everybody as it is, and by nobody backwards',
    () =>
      withSeed(async (random) => {
        const engine = memoryEngine();
        const board = new Board();
        const start = (adapter: (typeof ADAPTERS)[number]) =>
          startApp({
            adapter,
            controllers: [ScoreController],
            providers: [{ provide: Board, useValue: board }],
            realtime: { engine, sse: { heartbeatMs: 150 } },
          });
        await using express = await start('express');
        await using fastify = await start('fastify');
        const ports = [express.port, fastify.port];
        const proxies: CuttingProxy[] = [];
        const onlooker = async (readers: readonly StateReader[]) => {
          const own = await Promise.all(
            ports.map((port) => {
              const chance = random.fork();
              return CuttingProxy.start(
                () => port,
                () => randomFate(chance, 20_000),
              );
            }),
          );
          proxies.push(...own);
          return new Onlooker(readers, own, random.fork());
        };
        // Tags are the same whatever computed them, but for the one that is the topic's.
        const wandering = READERS.filter(({ name }) => name !== 'short poll by topic');
        const onlookers = await Promise.all([
          ...READERS.map((reader) => onlooker([reader])),
          onlooker(wandering),
        ]);
        const looking = Promise.all(onlookers.map((one) => one.look()));
        const change = async () => {
          while ((board.score?.version ?? 0) < 500 || onlookers.some(({ cuts }) => cuts < 10)) {
            board.score = {
              version: (board.score?.version ?? 0) + 1,
              text: 'ü🍜'.repeat(random.magnitude(1, 200)),
            };
            await random.pick([express, fastify]).bus.publish('score', null);
            await turns(random.integer(0, 4));
          }
        };
        try {
          await Promise.race([looking, change()]);
          for (const one of onlookers) one.endAt(board.score!.version);
          await looking;
        } finally {
          for (const { over } of onlookers) over.abort();
          await Promise.allSettled([looking, ...proxies.map((proxy) => proxy[Symbol.asyncDispose]())]);
        }
        expect(onlookers.flatMap(({ faults }) => faults)).toEqual([]);
      }),
    60_000,
  );
});
