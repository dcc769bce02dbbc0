import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { servePlainly } from './plain-request.js';

export type UpgradeListener = (request: IncomingMessage, stream: Duplex, head: Buffer) => void;
type Emit = (event: string | symbol, ...args: unknown[]) => boolean;

/**
 * Hands upgrades of `path` to `mine` and to nobody else, however early or late others begin to listen. They must
 * not see each other's: socket.io ends, after a second, an upgrade that it does not know and that nobody has
 * answered. An upgrade that nobody wants is an ordinary request.
 * @returns a function that ends it
 */
export function divertUpgrades(server: Server, path: string, mine: UpgradeListener): () => void {
  let diverting = true;
  const emit = server.emit.bind(server) as Emit;
  const divert: Emit = (event, ...args) => {
    if (!diverting || event !== 'upgrade') return emit(event, ...args);
    const [request, stream, head] = args as Parameters<UpgradeListener>;
    if (!isAt(path, request.url)) return emit(event, ...args);
    mine(request, stream, head);
    return true;
  };
  // With nobody else there, nothing is to be different because of us.
  const unwanted: UpgradeListener = (request, stream, head) => {
    if (server.listenerCount('upgrade') === 1) servePlainly(server, request, stream, head);
  };
  server.emit = divert;
  server.on('upgrade', unwanted);
  return () => {
    // Others may have replaced `emit` since, so ours is not taken out but lets everything pass.
    diverting = false;
    server.removeListener('upgrade', unwanted);
  };
}

function isAt(path: string, url = ''): boolean {
  const [pathname = ''] = url.split('?', 1);
  return pathname === path || pathname === `${path}/`;
}
