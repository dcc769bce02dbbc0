import type { AddressInfo } from 'node:net';
import type { Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { describe, expect, it } from '@jest/globals';
import { RealtimeBus, RealtimeModule } from 'nestjs-realtime';
import { lmdbEngine } from 'nestjs-realtime/lmdb';
import { temporaryFolder } from '../support/temporary-folder.js';
import { UNLIMITED } from '../support/unlimited.js';

class FailsWhenMade {
  constructor() {
    throw new Error('It cannot be made.');
  }
}

class FailsAtInit {
  onModuleInit(): never {
    throw new Error('It cannot be initialised.');
  }
}

class FailsAtBootstrap {
  onApplicationBootstrap(): never {
    throw new Error('It cannot start.');
  }
}

function compile(path: string, ...providers: Type[]) {
  const imports = [RealtimeModule.forRoot({ engine: lmdbEngine({ path }) })];
  return Test.createTestingModule({ imports, providers }).compile();
}

async function createApp(path: string, ...providers: Type[]) {
  return (await compile(path, ...providers)).createNestApplication({ logger: false });
}

/** Opens the log and closes it again. */
async function open(path: string): Promise<'opened'> {
  const engine = lmdbEngine({ path });
  await engine.start(UNLIMITED);
  await engine.stop();
  return 'opened';
}

describe('an application that fails to start leaves its log to the next one,', () => {
  it('when one of its parts cannot be made', async () => {
    const path = await temporaryFolder();
    await expect(compile(path, FailsWhenMade)).rejects.toThrow('It cannot be made.');
    expect(await open(path)).toBe('opened');
  });

  it.each([FailsAtInit, FailsAtBootstrap])('when it is closed after %p', async (provider) => {
    const path = await temporaryFolder();
    const app = await createApp(path, provider);
    await expect(app.init()).rejects.toThrow('It cannot');
    await expect(open(path)).rejects.toThrow('is open already');
    await app.close();
    expect(await open(path)).toBe('opened');
  });

  it('when it is closed after its port was taken', async () => {
    const path = await temporaryFolder();
    const [app, other] = [await createApp(path), await createApp(await temporaryFolder())];
    await other.listen(0, '127.0.0.1');
    const { port } = other.getHttpServer().address() as AddressInfo;
    await expect(app.listen(port, '127.0.0.1')).rejects.toThrow('EADDRINUSE');
    await app.close();
    expect(await open(path)).toBe('opened');
    await other.close();
  });

  it('when the log could not be opened', async () => {
    const path = await temporaryFolder();
    const engine = lmdbEngine({ path });
    await engine.start(UNLIMITED);
    const app = await createApp(path);
    await expect(app.init()).rejects.toThrow('is open already');
    await app.close();
    await engine.stop();
    expect(await open(path)).toBe('opened');
  });
});

it('a log can be used before the application has started', async () => {
  const path = await temporaryFolder();
  const module = await compile(path);
  const { id } = await module.get(RealtimeBus).publish('orders/42', 1);
  await module.init();
  expect(await module.get(RealtimeBus).latest('orders/42')).toMatchObject({ id });
  await module.close();
});

it('an application that is closed before it has started has opened nothing', async () => {
  const path = await temporaryFolder();
  const module = await compile(path);
  expect(await open(path)).toBe('opened');
  await module.close();
  expect(await open(path)).toBe('opened');
});
