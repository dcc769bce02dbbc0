import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { EVENT } from '../../shared/event.js';
import { listening } from '../../shared/listening.js';

export async function start() {
  const server = createServer();
  const io = new Server(server, { transports: ['websocket'], serveClient: false });

  return {
    port: await listening(server),
    publish(/** @type {number} */ events) {
      for (let sent = 0; sent < events; sent++) io.emit('event', EVENT);
    },
    stop: () => io.close(),
  };
}
