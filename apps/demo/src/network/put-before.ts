import type { IncomingMessage, Server } from 'node:http';
import type { Network } from './network.js';

const REFUSAL = 'HTTP/1.1 502 Bad Gateway\r\nConnection: close\r\nContent-Length: 0\r\n\r\n';

/** Puts a network before a server, which never sees what does not pass. Once everybody listens who wants to. */
export function putBefore(server: Server, network: Network): void {
  const emit = server.emit.bind(server) as (event: string | symbol, ...args: unknown[]) => boolean;
  server.emit = (event: string | symbol, ...args: unknown[]) => {
    const [request] = args as [IncomingMessage];
    const passes = (event !== 'request' && event !== 'upgrade') || network.admits(request);
    if (passes) return emit(event, ...args);
    request.socket.end(REFUSAL);
    return true;
  };
}
