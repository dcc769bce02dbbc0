import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { RecordChange } from '../engines/engine.interface.js';
import { Checkpoint } from './checkpoint.js';

let writes: (readonly RecordChange[])[];
let write: () => Promise<void>;
let checkpoint: Checkpoint;

const change = (key: string): RecordChange => ({ key, value: key });
const turn = () => new Promise((resolve) => void setImmediate(resolve));

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
  Logger.overrideLogger(false);
  writes = [];
  write = () => Promise.resolve();
  checkpoint = new Checkpoint('billing', async (changes) => {
    writes.push(changes);
    await write();
  });
});

afterEach(() => void jest.useRealTimers());

describe('a checkpoint', () => {
  it('writes what one turn brings at once, and says when it is durable', async () => {
    const added = ['a', 'b', 'c'].map((key) => checkpoint.add([change(key)]));
    expect([checkpoint.isIdle, writes]).toEqual([false, []]);
    await Promise.all([...added, checkpoint.add()]);
    await turn();
    expect(writes).toEqual([[change('a'), change('b'), change('c')]]);
    expect(checkpoint.isIdle).toBe(true);
  });

  it('writes once at a time: what comes meanwhile goes together with the next', async () => {
    let written!: () => void;
    write = () => new Promise((resolve) => (written = resolve));
    const first = checkpoint.add([change('a')]);
    await turn();
    const rest = [checkpoint.add([change('b')]), checkpoint.add([change('c')])];
    expect(writes).toHaveLength(1);
    written();
    await first;
    await turn();
    written();
    await Promise.all(rest);
    expect(writes).toEqual([[change('a')], [change('b'), change('c')]]);
  });

  it('tries again until it succeeds, with all that has come meanwhile, in its order', async () => {
    write = () => Promise.reject(new Error('full'));
    const first = checkpoint.add([change('a')]);
    await turn();
    const second = checkpoint.add([change('a2')]);
    write = () => Promise.resolve();
    await jest.advanceTimersByTimeAsync(999);
    expect(writes).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(1);
    await Promise.all([first, second]);
    expect(writes[1]).toEqual([change('a'), change('a2')]);
  });

  it('when it is closed it writes once what is left, and nothing more', async () => {
    write = () => Promise.reject(new Error('full'));
    void checkpoint.add([change('a')]);
    await turn();
    void checkpoint.add([change('b')]);
    await checkpoint.close();
    expect(writes).toEqual([[change('a')], [change('a'), change('b')]]);
    void checkpoint.add([change('c')]);
    await turn();
    await jest.advanceTimersByTimeAsync(10_000);
    expect(writes).toHaveLength(2);
  });

  it('lets what is not urgent wait for a few milliseconds after a write, unless something urgent comes', async () => {
    await checkpoint.add([change('a')], false);
    const late = checkpoint.add([change('b')], false);
    await turn();
    expect(writes).toEqual([[change('a')]]);
    await jest.advanceTimersByTimeAsync(5);
    await late;
    expect(writes).toEqual([[change('a')], [change('b')]]);

    const patient = checkpoint.add([change('c')], false);
    await turn();
    await Promise.all([patient, checkpoint.add([change('d')])]);
    expect(writes[2]).toEqual([change('c'), change('d')]);
  });

  it('closes without waiting for more', async () => {
    await checkpoint.add([change('a')], false);
    void checkpoint.add([change('b')], false);
    await turn();
    await checkpoint.close();
    expect(writes).toEqual([[change('a')], [change('b')]]);
  });

  it('closes at once if there is nothing to write', async () => {
    await checkpoint.close();
    expect(writes).toEqual([]);
  });
});
