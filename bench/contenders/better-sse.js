import { once } from 'node:events';
import { createServer } from 'node:http';
import { createChannel, createSession } from 'better-sse';
import { EVENT } from '../event.js';

export async function start() {
  const channel = createChannel();
  const server = createServer(async (request, response) => {
    channel.register(await createSession(request, response));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    port: /** @type {import('node:net').AddressInfo} */ (server.address()).port,
    publish(/** @type {number} */ events) {
      for (let sent = 0; sent < events; sent++) channel.broadcast(EVENT);
    },
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
