import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RealtimeConfigurationError } from 'nestjs-realtime';
import { lmdbEngine } from 'nestjs-realtime/lmdb';
import { ids, publish, readOn } from '../contracts/engine/log-access.js';
import { Program } from '../support/program.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { UNLIMITED } from '../support/unlimited.js';

/** A process in a container of its own: without a common network or process ids. */
const CONTAINER = ['unshare', '--user', '--map-root-user', '--net', '--pid', '--fork', '--kill-child'];
const [unshare, ...flags] = CONTAINER;
const describeWithContainers =
  spawnSync(unshare!, [...flags, 'true']).status === 0 ? describe : describe.skip;

function hold(path: string, under?: readonly string[]): Program {
  return Program.start('lmdb/holder.ts', import.meta.url, { words: [path], under });
}

async function start(path: string) {
  const engine = lmdbEngine({ path });
  await engine.start(UNLIMITED);
  return engine;
}

async function expectRefusal(path: string): Promise<void> {
  await expect(start(path)).rejects.toThrow(RealtimeConfigurationError);
}

describe('the folder of a log', () => {
  it('is made, with those above it', async () => {
    const path = join(await temporaryFolder(), 'some.where', 'log.d');
    const engine = await start(path);
    const event = await publish(engine, 'a');
    await engine.stop();
    const again = await start(path);
    expect(ids((await readOn(again, ['a'], 'earliest')).events)).toEqual([event.id]);
    await again.stop();
  });

  it('is refused to a second engine, by whatever name, until the first stops', async () => {
    const path = await temporaryFolder();
    const alias = join(await temporaryFolder(), 'alias');
    await symlink(path, alias);
    const first = await start(path);
    for (const name of [path, join(path, '..', path.split('/').at(-1)!), alias]) {
      await expect(start(name)).rejects.toThrow(/^The log at ".*" is open already/);
    }
    const event = await publish(first, 'a');
    await first.stop();
    const second = await start(alias);
    expect((await second.latest('a'))?.id).toBe(event.id);
    await second.stop();
  });

  it('is refused while another process has it, and free once that was killed', async () => {
    const path = await temporaryFolder();
    await using program = hold(path);
    expect(await program.next()).toBe('open');
    await expectRefusal(path);
    await program.kill();
    const engine = await start(path);
    await using other = hold(path);
    expect(await other.next()).toMatch(/RealtimeConfigurationError: The log at ".*" is open already/);
    await publish(engine, 'a');
    await engine.stop();
  });

  it('has one owner when many start at once, also where the last was killed', async () => {
    const path = await temporaryFolder();
    await using killed = hold(path);
    expect(await killed.next()).toBe('open');
    await killed.kill();
    const engines = Array.from({ length: 20 }, () => lmdbEngine({ path }));
    const started = await Promise.allSettled(engines.map((engine) => engine.start(UNLIMITED)));
    const winners = engines.filter((_, index) => started[index]!.status === 'fulfilled');
    expect(winners).toHaveLength(1);
    await publish(winners[0]!, 'a');
    await winners[0]!.stop();
  });

  it('has one owner when many processes start at once', async () => {
    const path = await temporaryFolder();
    const programs = Array.from({ length: 4 }, () => hold(path));
    const answers = await Promise.all(programs.map((program) => program.next<string>()));
    expect(answers.filter((answer) => answer === 'open')).toHaveLength(1);
    expect(answers.filter((answer) => answer.includes('is open already'))).toHaveLength(3);
    for (const program of programs) await program.kill();
  });

  it('may have a path longer than a socket can', async () => {
    const path = join(await temporaryFolder(), ...Array.from({ length: 8 }, () => 'x'.repeat(50)));
    const engine = await start(path);
    await publish(engine, 'a');
    await expectRefusal(path);
    await using program = hold(path);
    expect(await program.next()).toMatch(/is open already/);
    await engine.stop();
    await (await start(path)).stop();
  });

  it('does not fill up with what owners leave behind', async () => {
    const path = await temporaryFolder();
    for (let round = 0; round < 5; round++) {
      await using program = hold(path);
      expect(await program.next()).toBe('open');
    }
    await (await start(path)).stop();
    expect(await readdir(path)).toEqual(['data.mdb', 'lock.mdb', 'owner-6']);
  });

  it('is refused with what to do when it is none, or cannot be written to', async () => {
    const file = join(await temporaryFolder(), 'file');
    await writeFile(file, '');
    await expect(start(file)).rejects.toThrow(/cannot be opened.*Choose a path that is a folder/);
    const odd = await temporaryFolder();
    await mkdir(join(odd, 'data.mdb'));
    await expectRefusal(odd);
  });
});

describeWithContainers('the folder of a log, among containers', () => {
  it('is refused to another container, and free once its owner was killed', async () => {
    const path = await temporaryFolder();
    await using program = hold(path, CONTAINER);
    expect(await program.next()).toBe('open');
    await using other = hold(path, CONTAINER);
    expect(await other.next()).toMatch(/is open already/);
    await expectRefusal(path);
    await program.kill();
    await using successor = hold(path, CONTAINER);
    expect(await successor.next()).toBe('open');
  });
});

describe('an engine of several modules', () => {
  it('opens with the first and closes with the last', async () => {
    const path = await temporaryFolder();
    const engine = lmdbEngine({ path });
    await Promise.all([engine.start(UNLIMITED), engine.start(UNLIMITED)]);
    await engine.stop();
    const event = await publish(engine, 'a');
    await expectRefusal(path);
    await engine.stop();
    const again = await start(path);
    expect((await again.latest('a'))?.id).toBe(event.id);
    await again.stop();
  });

  it('can be started while it stops, and after it could not start', async () => {
    const path = await temporaryFolder();
    const engine = lmdbEngine({ path });
    const other = await start(path);
    await expect(engine.start(UNLIMITED)).rejects.toThrow(RealtimeConfigurationError);
    await other.stop();
    await engine.start(UNLIMITED);
    const published = publish(engine, 'a');
    const stopping = engine.stop();
    await engine.start(UNLIMITED);
    await stopping;
    expect((await engine.latest('a'))?.id).toBe((await published).id);
    await engine.stop();
  });
});
