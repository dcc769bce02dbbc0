import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Inbox } from '../support/inbox.js';

const MAIN = fileURLToPath(new URL('../../apps/demo/dist/main.js', import.meta.url));

/** The demo as `npm run demo` starts it, built, in a process of its own. */
export class Demo {
  private constructor(
    private readonly process: ChildProcess,
    /** What it printed: http://localhost:… */
    readonly address: string,
  ) {}

  get port(): number {
    return Number(new URL(this.address).port);
  }

  /** Starts it on a free port, and reads from its output where that is. */
  static async start(): Promise<Demo> {
    const { process, lines } = launch('0');
    const [address] = (await lines.until((line) => line.includes('http://'))).at(-1)!.match(/http:\S+/)!;
    return new Demo(process, address);
  }

  /** Starts it where it cannot start. */
  static async fail(port: string): Promise<{ code: number; said: string }> {
    const { process, lines } = launch(port);
    const [code] = (await once(process, 'close')) as [number];
    return { code, said: lines.drain().join('\n') };
  }

  async stop(): Promise<void> {
    const closed = once(this.process, 'close');
    this.process.kill('SIGTERM');
    await closed;
  }
}

function launch(port: string): { process: ChildProcess; lines: Inbox<string> } {
  const child = spawn(process.execPath, [MAIN], {
    env: { ...process.env, PORT: port, NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines = new Inbox<string>();
  for (const stream of [child.stdout, child.stderr]) createInterface(stream).on('line', lines.push);
  child.on('close', (code) =>
    lines.fail(new Error(`The demo ended with ${code}. Was it built? npm run build`)),
  );
  return { process: child, lines };
}
