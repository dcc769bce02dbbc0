import { createServer } from 'node:http';
import { createChannel, createSession } from 'better-sse';
import { EVENT } from '../../shared/event.js';
import { listening } from '../../shared/listening.js';

export async function start() {
  const channel = createChannel();
  const server = createServer(async (request, response) => {
    channel.register(await createSession(request, response));
  });

  return {
    port: await listening(server),
    publish(/** @type {number} */ events) {
      for (let sent = 0; sent < events; sent++) channel.broadcast(EVENT);
    },
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
