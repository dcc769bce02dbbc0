import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Inbox } from '../support/inbox.js';

const MAIN = fileURLToPath(new URL('../../apps/demo/dist/main.js', import.meta.url));

/** The demo as `npm run demo` starts it, built, in a process of its own, with a folder of its own. */
export class Demo {
  private constructor(
    private readonly process: ChildProcess,
    /** Where it keeps what survives. */
    readonly data: string,
    /** What it printed: http://localhost:… */
    readonly address: string,
    /** Of the second server. */
    readonly charity: string,
  ) {}

  get port(): number {
    return Number(new URL(this.address).port);
  }

  /** Starts it on a free port with nothing to remember, and reads from its output where it is. */
  static async start({ port = 0, data = newFolder() } = {}): Promise<Demo> {
    const { process, lines } = launch(String(port), data);
    const [address, charity] = await addresses(lines);
    return new Demo(process, data, address, charity);
  }

  /** Starts it where it cannot start. */
  static async fail(port: string, data = newFolder()): Promise<{ code: number; said: string }> {
    const { process, lines } = launch(port, data);
    const [code] = (await once(process, 'close')) as [number];
    return { code, said: lines.drain().join('\n') };
  }

  /** Ends it without a warning, and starts it again where it was. */
  async killAndRestart(): Promise<Demo> {
    await this.end('SIGKILL');
    return Demo.start(this);
  }

  /** Closes it, for good. */
  async stop(): Promise<void> {
    await this.end('SIGTERM');
    rmSync(this.data, { recursive: true });
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const closed = once(this.process, 'close');
    this.process.kill(signal);
    await closed;
  }
}

async function addresses(lines: Inbox<string>): Promise<[string, string]> {
  const said = (await lines.until((line) => line.includes('charity next door'))).join('\n');
  const [address, charity] = said.match(/http:\S+/g) ?? [];
  if (!address || !charity) throw new Error(`The demo did not say where it is: ${said}`);
  return [address, charity];
}

function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'restaurant-'));
}

function launch(port: string, data: string): { process: ChildProcess; lines: Inbox<string> } {
  const child = spawn(process.execPath, [MAIN], {
    env: { ...process.env, PORT: port, DATA: data, NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines = new Inbox<string>();
  for (const stream of [child.stdout, child.stderr]) createInterface(stream).on('line', lines.push);
  child.on('close', (code) =>
    lines.fail(new Error(`The demo ended with ${code}. Was it built? npm run build`)),
  );
  return { process: child, lines };
}
