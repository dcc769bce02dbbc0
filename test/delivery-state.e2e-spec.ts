import { Controller, Inject } from '@nestjs/common';
import { expect, it } from '@jest/globals';
import { LongPoll, memoryEngine, ShortPoll, Sse } from 'nestjs-realtime';
import { Ways } from './contracts/delivery/client.js';
import { Onlooker } from './contracts/delivery/onlooker.js';
import { type AdapterName, type RunningApp, startApp } from './support/app.js';
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
  new StatePollReader('impatient long poll', '/score/long?wait=0.01'),
  new StatePollReader('shared long poll', '/score/shared'),
  new StateStreamReader('/score/stream'),
];

/** Tags are the same whatever computed them, but for the one that is the topic's. */
const WANDERING = READERS.filter(({ name }) => name !== 'short poll by topic');

/**
 * Changes the score until everybody's connections were cut often, and lets everybody see the last.
 * @returns the ids of the events, one for each version
 */
async function play(
  board: Board,
  apps: readonly RunningApp[],
  onlookers: readonly Onlooker[],
  random: SeededRandom,
): Promise<string[]> {
  const looking = Promise.all(onlookers.map((one) => one.look()));
  const ids: string[] = [];
  const change = async () => {
    while (ids.length < 500 || onlookers.some(({ ways }) => ways.cuts < 10)) {
      board.score = { version: ids.length + 1, text: 'ü🍜'.repeat(random.magnitude(1, 200)) };
      const { id } = await random.pick(apps).bus.publish('score', null);
      ids.push(id);
      await turns(random.integer(0, 4));
    }
  };
  try {
    await Promise.race([looking, change()]);
    for (const { ways } of onlookers) ways.spare();
    for (const one of onlookers) one.endAt(ids.length);
    await looking;
  } finally {
    for (const one of onlookers) one.stop();
    await Promise.allSettled([looking, ...onlookers.map(({ ways }) => ways[Symbol.asyncDispose]())]);
  }
  return ids;
}

it('a state that changes while connections are cut is seen by all as it is in the end, never backwards', () =>
  withSeed(async (random) => {
    const engine = memoryEngine();
    const board = new Board();
    const start = (adapter: AdapterName) =>
      startApp({
        adapter,
        controllers: [ScoreController],
        providers: [{ provide: Board, useValue: board }],
        realtime: { engine, sse: { heartbeatMs: 30 } },
      });
    await using express = await start('express');
    await using fastify = await start('fastify');
    const apps = [express, fastify];
    const onlookers: Onlooker[] = [];
    for (const readers of [...READERS.map((reader) => [reader]), WANDERING]) {
      onlookers.push(new Onlooker(readers, await Ways.to(apps, random, 0.1), random.fork()));
    }
    const ids = await play(board, apps, onlookers, random);
    expect(onlookers.flatMap((one) => one.faults(ids))).toEqual([]);
  }));
