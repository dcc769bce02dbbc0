import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { TLS } from '../../../../../test/support/tls.js';
import { certificateFetch } from './fetch-certificate.js';

const ca = [TLS.cert];
const allowAddresses = ['127.0.0.0/8', '::1/128'];

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A server on loopback, its port, and how many have connected to it. */
async function serve(answer: Answer) {
  const server = createServer(TLS, answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  let connections = 0;
  server.on('connection', () => connections++);
  const close = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  const { port } = server.address() as AddressInfo;
  return { port, connections: () => connections, [Symbol.asyncDispose]: close };
}

describe('a certificate is fetched', () => {
  it('over TLS', async () => {
    await using server = await serve(({ url }, response) => response.end(`pem of ${url}`));
    const fetch = certificateFetch({ allowAddresses, ca, timeoutMs: 60_000 });
    expect(await fetch(`https://localhost:${server.port}/certs/1?a=1`)).toBe('pem of /certs/1?a=1');
  });

  it('from servers that are who they say they are', async () => {
    await using server = await serve((_request, response) => response.end('pem'));
    await expect(
      certificateFetch({ allowAddresses, timeoutMs: 60_000 })(`https://localhost:${server.port}`),
    ).rejects.toThrow(/self-signed/);
  });

  it('from public addresses only', async () => {
    await using server = await serve((_request, response) => response.end('pem'));
    for (const host of ['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]']) {
      await expect(certificateFetch({ ca })(`https://${host}:${server.port}`)).rejects.toThrow(
        /may not be sent to/,
      );
    }
    expect(server.connections()).toBe(0);
  });

  it.each<[string, Answer, RegExp]>([
    ['a redirect', (_, response) => response.writeHead(302, { location: '/' }).end(), /answered with 302/],
    ['an error', (_, response) => response.writeHead(404).end('pem'), /answered with 404/],
    ['too much', (_, response) => response.end('a'.repeat(65 * 1024)), /exceeded max size/],
  ])('and %s is none', async (_what, answer, message) => {
    await using server = await serve(answer);
    const fetch = certificateFetch({ allowAddresses, ca, timeoutMs: 60_000 });
    await expect(fetch(`https://localhost:${server.port}`)).rejects.toThrow(message);
  });

  it.each<[string, Answer]>([
    ['nothing', (request) => request.resume()],
    ['half of it', (_, response) => response.writeHead(200).write('pem')],
  ])('and %s is not waited for', async (_what, answer) => {
    await using server = await serve(answer);
    const fetch = certificateFetch({ allowAddresses, ca, timeoutMs: 200 });
    await expect(fetch(`https://localhost:${server.port}`)).rejects.toThrow(/timeout/i);
  });
});
