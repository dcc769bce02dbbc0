import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { find, REDIS } from './ensure-system.js';

/** A Redis of the test's own, on a free port. */
export class RedisServer implements AsyncDisposable {
  private process!: ChildProcess;

  private constructor(
    readonly port: number,
    private readonly folder: string,
    private readonly flags: readonly string[],
  ) {}

  /** @param flags as on the command line; without any, nothing is kept when it ends */
  static async start(flags: readonly string[] = ['--save', '', '--appendonly', 'no']): Promise<RedisServer> {
    const folder = await mkdtemp(join(tmpdir(), 'realtime-redis-'));
    const server = new RedisServer(await freePort(), folder, flags);
    await server.run();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** After `kill`. */
  async run(): Promise<void> {
    const words = ['--port', String(this.port), '--bind', '127.0.0.1', '--dir', this.folder, ...this.flags];
    this.process = spawn(find(REDIS)!, words, { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    for await (const part of this.process.stdout!) {
      said += String(part);
      if (said.includes('Ready to accept connections')) break;
    }
    this.process.stdout!.resume();
    if (!said.includes('Ready')) throw new Error(`Redis did not start: ${said}`);
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const ended = once(this.process, 'exit');
    this.process.kill(signal);
    await ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null) await this.kill();
    await rm(this.folder, { recursive: true });
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
