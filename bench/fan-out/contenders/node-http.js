import { createServer } from 'node:http';
import { EVENT } from '../../shared/event.js';
import { listening } from '../../shared/listening.js';

/** What one writes without any library: a frame per event, one write of it per response. */
export async function start() {
  /** @type {Set<import('node:http').ServerResponse>} */
  const responses = new Set();
  const server = createServer((request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' });
    response.flushHeaders();
    responses.add(response);
    request.on('close', () => responses.delete(response));
  });
  let id = 0;

  return {
    port: await listening(server),
    publish(/** @type {number} */ events) {
      for (let sent = 0; sent < events; sent++) {
        const frame = Buffer.from(`id: ${++id}\ndata: ${JSON.stringify(EVENT)}\n\n`);
        for (const response of responses) response.write(frame);
      }
    },
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
