import { createServer } from 'node:http';
import { EVENT } from '../../shared/event.js';
import { listening } from '../../shared/listening.js';

/**
 * The least that Node can do: all events of a turn in one buffer, framed once as a chunk of HTTP/1.1, and
 * one write of it per socket. Nobody can be cheaper; what is left is the kernel's.
 */
export async function start() {
  /** @type {Set<import('node:net').Socket>} */
  const sockets = new Set();
  const server = createServer((request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' });
    response.flushHeaders();
    sockets.add(request.socket);
    request.on('close', () => sockets.delete(request.socket));
  });
  let id = 0;

  return {
    port: await listening(server),
    publish(/** @type {number} */ events) {
      let frames = '';
      for (let sent = 0; sent < events; sent++) {
        frames += `id: ${++id}\ndata: ${JSON.stringify(EVENT)}\n\n`;
      }
      const chunk = Buffer.from(`${Buffer.byteLength(frames).toString(16)}\r\n${frames}\r\n`);
      for (const socket of sockets) socket.write(chunk);
    },
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
