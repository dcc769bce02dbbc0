import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect, it } from '@jest/globals';
import { TLS } from '../support/tls.js';
import { CERTIFICATES } from './outbound-certificates.js';
import { startSending, type WebhookSettings } from './outbound-kit.js';

const { authority, key, valid, expired } = CERTIFICATES;
const resolve = async () => [{ address: '127.0.0.1', family: 4 }];

/** A receiver over TLS, and an application with an endpoint there. */
async function startOverTls(
  cert: { readonly cert: string; readonly key: string },
  settings: WebhookSettings,
  name = 'charity.test',
) {
  let requests = 0;
  const server = createServer(cert, (_, response) => {
    requests++;
    response.end('thank you');
  });
  // The sender leaves in the middle of the handshake.
  server.on('tlsClientError', () => undefined);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const app = await startSending(undefined, { allowHttp: false, resolve, retries: [], ...settings });
  const { id } = await app.endpoints.create({
    url: `https://${name}:${port}/hook`,
    topics: ['orders/*'],
  });
  return {
    ...app,
    requests: () => requests,
    /** The one attempt at an event. */
    deliver: async () => {
      const news = app.news(id);
      const { id: eventId } = await app.bus.publish('orders/42', 1);
      await news.until(({ type }) => type === 'consumer.dead-letter');
      return (await app.endpoints.attempts(id, { eventId }))[0];
    },
    test: () => app.endpoints.test(id),
    [Symbol.asyncDispose]: async () => {
      await app.close();
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

it('trusts an authority of the application’s, again and again', async () => {
  await using app = await startOverTls({ key, cert: valid }, { ca: [authority] });
  for (let count = 0; count < 3; count++) {
    expect(await app.test()).toMatchObject({ ok: true, status: 200, answer: 'thank you' });
  }
  expect(app.requests()).toBe(3);
});

it.each<[string, { key: string; cert: string }, WebhookSettings, string, string]>([
  [
    'by an authority that nobody knows',
    { key, cert: valid },
    {},
    'charity.test',
    'unable to verify the first certificate',
  ],
  ['that it has signed itself', TLS, { ca: [authority] }, 'localhost', 'self-signed certificate'],
  [
    'of another name',
    { key, cert: valid },
    { ca: [authority] },
    'bank.test',
    "does not match certificate's altnames: Host: bank.test. is not in the cert's altnames: DNS:charity.test",
  ],
  [
    'of no name but an address',
    { key, cert: valid },
    { ca: [authority] },
    '127.0.0.1',
    "IP: 127.0.0.1 is not in the cert's list",
  ],
  [
    'whose time is over',
    { key, cert: expired },
    { ca: [authority] },
    'charity.test',
    'certificate has expired',
  ],
])('refuses a certificate %s, and says so', async (_, server, settings, name, message) => {
  await using app = await startOverTls(server, settings, name);
  const attempt = await app.deliver();
  expect(attempt).toMatchObject({ ok: false, answer: expect.stringContaining(message) });
  expect(attempt!.status).toBeUndefined();
  expect(app.requests()).toBe(0);
});

it('refuses to start with what is no certificate', async () => {
  await expect(startSending(undefined, { ca: ['/etc/ssl/ca.pem'] })).rejects.toThrow(
    'webhooks.ca must be certificates in PEM',
  );
});
