import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';

type UpgradeListener = (request: IncomingMessage, stream: Duplex, head: Buffer) => void;

/**
 * Hands upgrades of `path` to `mine` and all others to who listened before. They must not see each other's:
 * socket.io ends, after a second, an upgrade that it does not know and that nobody has answered.
 * @returns a function that puts everything back
 */
export function divertUpgrades(server: Server, path: string, mine: UpgradeListener): () => void {
  const others = server.listeners('upgrade') as UpgradeListener[];
  const divert: UpgradeListener = (request, stream, head) => {
    if (isBelow(path, request.url ?? '')) return mine(request, stream, head);
    for (const listener of others) listener.call(server, request, stream, head);
    // Node leaves it to listeners to refuse; with nobody else there, that is us.
    if (others.length === 0 && server.listenerCount('upgrade') === 1) stream.destroy();
  };
  server.removeAllListeners('upgrade');
  server.on('upgrade', divert);
  return () => {
    server.removeListener('upgrade', divert);
    for (const listener of others) server.on('upgrade', listener);
  };
}

function isBelow(path: string, url: string): boolean {
  const [pathname = ''] = url.split('?', 1);
  return pathname === path || pathname === `${path}/`;
}
