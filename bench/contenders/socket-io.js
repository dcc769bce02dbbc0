import { once } from 'node:events';
import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { EVENT } from '../event.js';

export async function start() {
  const server = createServer();
  const io = new Server(server, { transports: ['websocket'], serveClient: false });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    port: /** @type {import('node:net').AddressInfo} */ (server.address()).port,
    publish(/** @type {number} */ events) {
      for (let sent = 0; sent < events; sent++) io.emit('event', EVENT);
    },
    stop: () => io.close(),
  };
}
