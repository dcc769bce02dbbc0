import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { lmdbEngine } from 'nestjs-realtime/lmdb';
import { ids, readOn } from '../contracts/engine/log-access.js';
import { Program } from '../support/program.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { UNLIMITED } from '../support/unlimited.js';
import type { Outcome } from './lmdb/servant.js';

/** Room for some tens of events. */
const ROOM = 1024 * 1024;

/** A process for which the disk is full when a file has grown to a limit. */
class Servant {
  private constructor(private readonly program: Program) {}

  static start(path: string, maxFileBytes?: number): Servant {
    return new Servant(Program.start('lmdb/servant.ts', import.meta.url, { words: [path], maxFileBytes }));
  }

  ask<Answer>(order: string): Promise<Outcome<Answer>> {
    this.program.say(order);
    return this.program.next();
  }

  /** Publishes until that fails: what was acknowledged, and how it failed. */
  async fill(): Promise<{ readonly acknowledged: string[]; readonly error: Outcome['error'] }> {
    const acknowledged: string[] = [];
    for (;;) {
      const { answer, error } = await this.ask<string>('publish');
      if (error) return { acknowledged, error };
      acknowledged.push(answer!);
    }
  }

  makeRoom(): boolean {
    const { status } = spawnSync('prlimit', ['--pid', String(this.program.pid), '--fsize=unlimited']);
    return status === 0;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.program.kill();
  }
}

const canMakeRoom = spawnSync('prlimit', ['--version']).status === 0;

describe('on a full disk', () => {
  it('publishing is refused, all that was acknowledged is there, and nothing else', async () => {
    const path = await temporaryFolder();
    await using servant = Servant.start(path, ROOM);
    await servant.ask('start');
    const { acknowledged, error } = await servant.fill();
    expect(acknowledged.length).toBeGreaterThan(10);
    expect(error).toMatchObject({ name: 'RealtimeError', code: 'log-unavailable' });
    // Of a write that was cut short LMDB knows no more than that.
    expect(error!.message).toMatch(
      /^The log could not be written: (Input.output error\. Its disk is full|File too large)/,
    );
    expect(await servant.ask('head')).toEqual({ answer: acknowledged.at(-1) });
    expect(await servant.ask('read')).toEqual({ answer: acknowledged });
    expect((await servant.ask('write')).error).toMatchObject({ code: 'log-unavailable' });
    expect((await servant.ask('publishMany')).answer).toEqual(Array.from({ length: 10 }, () => null));
    expect(await servant.ask('read')).toEqual({ answer: acknowledged });
    expect(await servant.ask('stop')).toEqual({});
    const engine = lmdbEngine({ path });
    await engine.start(UNLIMITED);
    expect(ids((await readOn(engine, ['a'], 'earliest')).events)).toEqual(acknowledged);
    await engine.stop();
  });

  it('a log that is there can be opened and read', async () => {
    const path = await temporaryFolder();
    await using first = Servant.start(path, ROOM);
    await first.ask('start');
    const { acknowledged } = await first.fill();
    await first[Symbol.asyncDispose]();
    await using second = Servant.start(path, ROOM);
    expect(await second.ask('start')).toEqual({});
    expect(await second.ask('read')).toEqual({ answer: acknowledged });
  });

  it.each([0, 2_048, 20_000, 100_000])(
    'with room for %d bytes a new log is refused, and begun once there is room',
    async (bytes) => {
      const path = await temporaryFolder();
      await using servant = Servant.start(path, bytes);
      const { error } = await servant.ask('start');
      expect(error).toMatchObject({ name: 'RealtimeConfigurationError' });
      expect(error!.message).toMatch(
        /^The log at ".*" cannot be opened: EFBIG.*Let this process write larger files/,
      );
      const engine = lmdbEngine({ path });
      await engine.start(UNLIMITED);
      await engine.stop();
    },
  );
});

(canMakeRoom ? describe : describe.skip)('when there is room on the disk again', () => {
  it('publishing goes on where it was', async () => {
    const path = await temporaryFolder();
    await using servant = Servant.start(path, ROOM);
    await servant.ask('start');
    const { acknowledged } = await servant.fill();
    expect(servant.makeRoom()).toBe(true);
    for (let count = 0; count < 200; count++) {
      acknowledged.push((await servant.ask<string>('publish')).answer!);
    }
    expect(await servant.ask('read')).toEqual({ answer: acknowledged });
    expect(await servant.ask('claim')).toEqual({ answer: 'claimed' });
  });
});
