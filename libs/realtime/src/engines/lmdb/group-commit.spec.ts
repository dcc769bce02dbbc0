import { describe, expect, it } from '@jest/globals';
import { GroupCommit } from './group-commit.js';

/** An environment of which commits can be made to fail. */
class Environment {
  /** What the commits that come fail with, one after the other; undefined is none. */
  readonly failures: unknown[] = [];
  /** Whether it is broken by a failure, and how often it cannot be opened anew. */
  broken = false;
  unopenable = 0;
  /** How many works each transaction had that was written. */
  readonly written: number[] = [];
  works = 0;

  async transaction(write: () => boolean): Promise<boolean> {
    await Promise.resolve();
    this.works = 0;
    const wanted = write();
    await Promise.resolve();
    const failure = this.failures.shift();
    if (failure) throw failure;
    if (wanted) this.written.push(this.works);
    return wanted;
  }

  async recover(): Promise<boolean> {
    if (!this.broken) return false;
    if (this.unopenable-- > 0) throw new Error('no');
    this.broken = false;
    return true;
  }
}

function open() {
  const environment = new Environment();
  const told: string[] = [];
  const commit = new GroupCommit(environment, {
    seal: () => told.push('seal'),
    committed: () => told.push('committed'),
    rollBack: () => told.push('rollBack'),
    reload: () => told.push('reload'),
  });
  const run = (name: string) =>
    commit.run(
      () => {
        environment.works++;
        return name;
      },
      (result) => told.push(result),
    );
  return { environment, told, commit, run };
}

describe('a group', () => {
  it('is what was asked for until the transaction began, in its order; told when it is on disk', async () => {
    const { environment, told, run } = open();
    const first = run('a');
    const second = run('b');
    expect(await Promise.all([first, second])).toEqual(['a', 'b']);
    expect(environment.written).toEqual([2]);
    expect(told).toEqual(['seal', 'committed', 'a', 'b']);
  });

  it('has a limit', async () => {
    const { environment, run } = open();
    await Promise.all(Array.from({ length: 2_500 }, (_, index) => run(String(index))));
    expect(environment.written).toEqual([1_000, 1_000, 500]);
  });

  it('goes on without a work that throws', async () => {
    const { environment, told, commit, run } = open();
    const broken = commit.run(() => {
      throw new Error('too long');
    });
    const settled = await Promise.allSettled([run('a'), broken, run('b')]);
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    await expect(broken).rejects.toMatchObject({
      code: 'log-unavailable',
      message: 'The log could not be written: too long.',
    });
    expect(environment.written).toEqual([2]);
    expect(told).toEqual(['rollBack', 'seal', 'committed', 'a', 'b']);
  });
});

describe('a transaction that fails', () => {
  it('fails the whole group, and nobody else', async () => {
    const { environment, told, run } = open();
    environment.failures.push(new Error('disk full'));
    const settled = await Promise.allSettled([run('a'), run('b')]);
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(told).toEqual(['seal', 'rollBack']);
    expect(await run('c')).toBe('c');
    expect(environment.written).toEqual([1]);
  });

  it('gives the cause that lmdb hides, and the remedy', async () => {
    const { environment, run } = open();
    const cause = Object.assign(new Error('No space left on device'), { code: 28 });
    const commitError = Promise.reject(cause);
    void Promise.allSettled([commitError]);
    environment.failures.push(Object.assign(new Error('Commit failed'), { commitError }));
    await expect(run('a')).rejects.toMatchObject({
      code: 'log-unavailable',
      message: 'The log could not be written: No space left on device. Make room on its disk.',
      cause,
    });
  });

  it('and breaks the environment is followed by another look at the disk', async () => {
    const { environment, told, run } = open();
    environment.failures.push(new Error('broken'));
    environment.broken = true;
    await expect(run('a')).rejects.toThrow('broken');
    expect(told).toEqual(['seal', 'rollBack', 'reload']);
    expect(await run('b')).toBe('b');
  });

  it('and breaks the environment for longer is tried again with each that comes', async () => {
    const { environment, told, run } = open();
    environment.failures.push(new Error('broken'), new Error('closed'));
    environment.broken = true;
    environment.unopenable = 1;
    await expect(run('a')).rejects.toThrow('broken');
    await expect(run('b')).rejects.toThrow('closed');
    expect(told).toEqual(['seal', 'rollBack', 'seal', 'rollBack', 'reload']);
    expect(await run('c')).toBe('c');
  });
});
