import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { listening } from './listening.js';

/** What Linux counts CPU time in: a hundredth of a second. */
const TICK_MICROS = 10_000;

/** @returns {string | undefined} the version of the Redis that is installed */
export function redisVersion() {
  const { stdout } = spawnSync('redis-server', ['--version'], { encoding: 'utf8' });
  return /v=(\S+)/.exec(stdout ?? '')?.[1];
}

/** A Redis of its own on a free port, with nothing in it. */
export class Redis {
  /**
   * @param {import('node:child_process').ChildProcess} process
   * @param {number} port
   * @param {string} folder
   */
  constructor(process, port, folder) {
    this.process = process;
    this.port = port;
    this.folder = folder;
  }

  /**
   * @param {number | undefined} core
   * @param {string[]} options such as `--appendonly yes`
   */
  static async start(core, options) {
    const port = await freePort();
    const folder = mkdtempSync(join(tmpdir(), 'nestjs-realtime-bench-redis-'));
    const where = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder];
    const command = ['redis-server', ...where, '--save', '', ...options];
    if (core !== undefined) command.unshift('taskset', '-c', String(core));
    const child = spawn(command[0], command.slice(1), { stdio: ['ignore', 'pipe', 'inherit'] });
    await ready(child);
    return new Redis(child, port, folder);
  }

  /** CPU time spent up to now, in microseconds, all threads, user and system; 0 where there is no /proc. */
  cpuMicros() {
    try {
      const stat = readFileSync(`/proc/${this.process.pid}/stat`, 'utf8');
      const [user, system] = stat
        .slice(stat.lastIndexOf(')') + 2)
        .split(' ')
        .slice(11, 13);
      return (Number(user) + Number(system)) * TICK_MICROS;
    } catch {
      return 0;
    }
  }

  async stop() {
    const ended = new Promise((resolve) => void this.process.once('exit', resolve));
    this.process.kill('SIGKILL');
    await ended;
    rmSync(this.folder, { recursive: true });
  }
}

async function freePort() {
  const server = createServer();
  const port = await listening(server);
  await new Promise((resolve) => void server.close(resolve));
  return port;
}

/** @param {import('node:child_process').ChildProcess & { stdout: import('node:stream').Readable }} child */
async function ready({ stdout }) {
  for await (const line of createInterface(stdout)) {
    if (!line.includes('Ready to accept connections')) continue;
    // What nobody reads would fill the pipe.
    stdout.resume();
    return;
  }
  throw new Error('redis-server did not start.');
}
