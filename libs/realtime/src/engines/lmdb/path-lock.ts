import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, realpathSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { RealtimeConfigurationError } from '../../realtime.errors.js';
import { OwnerSockets } from './owner-sockets.js';
import { codeOf } from './system-error.js';

/**
 * Keeps a folder for one process, as long as that lives and however it ends: the process listens on a socket.
 * Unlike a file with a process id that is never mistaken for another's, be it after a restart or from within a
 * container.
 */
export class PathLock {
  private constructor(private readonly server: Server) {}

  /**
   * Makes the folder if it is not there.
   * @throws RealtimeConfigurationError when somebody has it, this process included
   */
  static async acquire(path: string): Promise<PathLock> {
    mkdirSync(path, { recursive: true });
    const server = createServer((socket) => socket.destroy());
    const lock = new PathLock(server);
    try {
      const isOurs =
        process.platform === 'win32' ? await takePipe(server, path) : await takeSocket(server, path);
      if (!isOurs) throw new RealtimeConfigurationError(taken(path));
    } catch (error) {
      await lock.release();
      throw error;
    }
    server.unref();
    return lock;
  }

  async release(): Promise<void> {
    await new Promise((resolve) => void this.server.close(resolve));
  }
}

async function takeSocket(server: Server, path: string): Promise<boolean> {
  const sockets = OwnerSockets.in(path);
  try {
    const own = sockets.newName();
    await listen(server, own);
    return await sockets.take(own);
  } finally {
    sockets.dispose();
  }
}

/** A pipe is gone with its process. */
async function takePipe(server: Server, path: string): Promise<boolean> {
  const digest = createHash('sha256').update(realpathSync.native(path).toLowerCase()).digest('hex');
  try {
    await listen(server, `\\\\.\\pipe\\nestjs-realtime-${digest}`);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EADDRINUSE') return false;
    throw error;
  }
}

async function listen(server: Server, path: string): Promise<void> {
  // In a cluster the primary process would listen, and go on when this one is gone.
  server.listen({ path, exclusive: true });
  await once(server, 'listening');
}

function taken(path: string): string {
  return `The log at "${path}" is open already, in another process or by another engine in this one. A log is for one engine of one process: end the other, give this one a folder of its own, or use an engine for many nodes.`;
}
