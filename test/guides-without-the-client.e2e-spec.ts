import { describe, expect, it } from '@jest/globals';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Socket } from 'socket.io-client';
import { type TopicEvent, TopicPolicy, type TopicPolicyHandler } from 'nestjs-realtime';
import { type RunningApp, startApp } from './support/app.js';
import { Inbox } from './support/inbox.js';

const GUIDE = readFileSync(new URL('../docs/guides/without-the-client.md', import.meta.url), 'utf8');
const [, STREAM, POLL, PUBLISH] = blocks('sh') as [string, string, string, string];
const [, FETCH, SOCKET] = blocks('js') as [string, string, string];
const [PYTHON] = blocks('python') as [string];

@TopicPolicy('**')
class Everything implements TopicPolicyHandler {
  canSubscribe(): boolean {
    return true;
  }

  canPublish(): boolean {
    return true;
  }
}

function start(): Promise<RunningApp> {
  return startApp({
    providers: [Everything],
    application: { forceCloseConnections: true },
    realtime: { sse: { retryMs: 20 } },
  });
}

function blocks(language: string): string[] {
  const fence = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms');
  return [...GUIDE.matchAll(fence)].map(([, code]) => code!);
}

/** Runs a block of the guide. What it prints is told line by line. */
class Run implements AsyncDisposable {
  readonly lines = new Inbox<string>();
  private readonly child: ChildProcess;
  private readonly ended: Promise<unknown>;

  constructor(app: RunningApp, program: string, ...words: string[]) {
    const env = { ...process.env, HUB: `${app.url}/realtime/events` };
    this.child = spawn(program, words, { env, detached: true });
    const output = createInterface({ input: this.child.stdout! });
    output.on('line', this.lines.push);
    this.ended = Promise.all([once(this.child, 'exit'), once(output, 'close')]).then(() =>
      this.lines.fail(new Error('It has ended.')),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode === null && this.child.pid) process.kill(-this.child.pid, 'SIGKILL');
    await this.ended;
  }
}

async function load<Module>(code: string): Promise<Module> {
  const folder = new URL('../.tmp/guides/', import.meta.url);
  await mkdir(folder, { recursive: true });
  const file = new URL(`${blocks('js').indexOf(code)}.mjs`, folder);
  await writeFile(file, code);
  return (await import(file.pathname)) as Module;
}

const hasPython = spawnSync('python3', ['--version']).status === 0;
const describeInPython = hasPython ? describe : describe.skip;

describe('curl, as the guide says', () => {
  it('reads a stream', async () => {
    await using app = await start();
    await using run = new Run(app, 'sh', '-c', STREAM);
    await run.lines.until((line) => line === 'event: $live');
    await app.bus.publish('orders/42', 'ready');
    const [data] = (await run.lines.until((line) => line.startsWith('data: {"id"'))).slice(-1);
    expect(JSON.parse(data!.slice(6))).toMatchObject({ topic: 'orders/42', data: 'ready' });
  });

  it('polls', async () => {
    await using app = await start();
    await using run = new Run(app, 'sh', '-c', POLL.replace('\n', '\necho asking\n'));
    await run.lines.until((line) => line === 'asking');
    await app.bus.publish('menu', 'soup');
    const last = (await run.lines.until((line) => line.startsWith('{'))).at(-1);
    expect(JSON.parse(last!)).toMatchObject({ events: [{ topic: 'menu', data: 'soup' }] });
  });

  it('publishes', async () => {
    await using app = await start();
    await using run = new Run(app, 'sh', '-c', PUBLISH);
    const { id } = JSON.parse(await run.lines.next()) as { id: string };
    expect(await app.bus.latest('menu')).toMatchObject({ id, type: 'added', data: 'soup' });
  });
});

describe('JavaScript, as the guide says', () => {
  it('polls by fetch', async () => {
    await using app = await start();
    const { follow } = await load<{
      follow(
        hub: string,
        topics: string[],
        onEvents: (events: TopicEvent[]) => void,
        onReset: (reason: string) => void,
      ): Promise<never>;
    }>(FETCH);
    const told = new Inbox<unknown>();
    const stop = new Error('Enough.');
    const following = follow(
      `${app.url}/realtime/events`,
      ['menu', 'orders/42'],
      (events) => {
        if (events.some(({ data }) => data === 'stop')) throw stop;
        told.push(events.map(({ data }) => data));
      },
      told.push,
    );
    const ended = following.catch((error: unknown) => error);
    expect(await told.next()).toEqual([]);
    for (const data of [1, 2, 3]) {
      await app.bus.publish('menu', data);
      expect(await told.next()).toEqual([data]);
    }
    await app.bus.publish('orders/42', 'stop');
    expect(await ended).toBe(stop);
  });

  it('follows by socket.io-client, and goes on where it was', async () => {
    await using app = await start();
    const { connect } = await load<{
      connect(
        origin: string,
        topics: string[],
        onEvent: (event: TopicEvent) => void,
        onReset: (reason: string) => void,
      ): Socket;
    }>(SOCKET);
    const told = new Inbox<unknown>();
    const socket = connect(app.url, ['menu'], ({ data }) => told.push(data), told.push);
    await once(socket as never, 'connect');
    // Messages are answered in their order: it is subscribed by then.
    await socket.timeout(10_000).emitWithAck('unsubscribe', { topics: ['none'] });
    await app.bus.publish('menu', 1);
    expect(await told.next()).toBe(1);
    socket.disconnect();
    await app.bus.publish('menu', 2);
    socket.connect();
    expect(await told.next()).toBe(2);
    socket.disconnect();
  });
});

describeInPython('Python, as the guide says', () => {
  it('follows, and goes on where it was', async () => {
    await using app = await start();
    await using run = new Run(app, 'python3', '-c', PYTHON);
    await run.lines.until((line) => line.startsWith('$live'));
    await app.bus.publish('menu', 'soup', { type: 'added' });
    expect(await run.lines.next()).toMatch(/^added \{.*"soup"/);
    (app.nest.getHttpServer() as { closeAllConnections(): void }).closeAllConnections();
    await app.bus.publish('menu', 'fish');
    const told = await run.lines.until((line) => line.startsWith('message'));
    expect(told.at(-1)).toContain('"fish"');
    expect(told.filter((line) => line.includes('soup'))).toEqual([]);
  });
});
