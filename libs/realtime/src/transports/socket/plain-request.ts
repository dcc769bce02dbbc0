import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';

const WISH = /^(upgrade|http2-settings)$/i;

/**
 * Serves a request to upgrade as if it had not asked for that: a server may (RFC 9110 section 7.8), and Node does
 * where nobody listens for upgrades. There are clients that ask for `h2c` with whatever they send.
 *
 * The connection begins anew with the same request, without its wish.
 */
export function servePlainly(server: Server, request: IncomingMessage, stream: Duplex, head: Buffer): void {
  // It came before the request in front of it was answered: there is no telling the answers apart.
  if ((stream as { _httpMessage?: unknown })._httpMessage) return void stream.destroy();
  const lines = [`${request.method} ${request.url} HTTP/${request.httpVersion}`, ...plainHeaders(request)];
  stream.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]));
  server.emit(stream instanceof TLSSocket ? 'secureConnection' : 'connection', stream);
}

function plainHeaders({ rawHeaders }: IncomingMessage): string[] {
  const lines: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const [name = '', value = ''] = rawHeaders.slice(index, index + 2);
    if (WISH.test(name)) continue;
    lines.push(`${name}: ${/^connection$/i.test(name) ? withoutWish(value) : value}`);
  }
  return lines;
}

function withoutWish(connection: string): string {
  const tokens = connection.split(',').map((token) => token.trim());
  return tokens.filter((token) => !WISH.test(token)).join(', ');
}
