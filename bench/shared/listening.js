import { once } from 'node:events';

/**
 * @param {import('node:http').Server} server
 * @returns {Promise<number>} the free port of the loopback interface on which it listens
 */
export async function listening(server) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return /** @type {import('node:net').AddressInfo} */ (server.address()).port;
}
