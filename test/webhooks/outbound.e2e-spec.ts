import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from '@jest/globals';
import { Webhook as Verifier } from 'standardwebhooks';
import { WebhookEndpoints } from 'nestjs-realtime';
import { startApp } from '../support/app.js';
import { Inbox } from '../support/inbox.js';

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

async function startReceiver(statuses: number[] = []) {
  const received = new Inbox<Received>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
      response.writeHead(statuses.shift() ?? 204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hook`,
    received,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const webhooks = { allowHttp: true, allowAddresses: ['127.0.0.0/8'] };

it('sends signed events of its topics, which others verify', async () => {
  await using receiver = await startReceiver();
  await using app = await startApp({ realtime: { webhooks } });
  const endpoints = app.nest.get(WebhookEndpoints);
  const { id, secret } = await endpoints.create({
    url: receiver.url,
    topics: ['orders/*'],
    types: ['order.ready'],
  });
  await app.bus.publish('orders/1', 'not this type');
  const event = await app.bus.publish('orders/42', { status: 'ready' }, { type: 'order.ready' });

  const { headers, body } = await receiver.received.next();
  expect(headers['webhook-id']).toBe(event.id);
  expect(new Verifier(secret).verify(body, headers as Record<string, string>)).toEqual({
    type: 'order.ready',
    timestamp: event.time,
    topic: 'orders/42',
    data: { status: 'ready' },
  });
  expect(await endpoints.test(id)).toMatchObject({ ok: true, status: 204, type: 'webhook.test' });
});

it('sends nothing to addresses that are not public, unless told', async () => {
  await using receiver = await startReceiver();
  await using app = await startApp({ realtime: { webhooks: { allowHttp: true } } });
  const endpoints = app.nest.get(WebhookEndpoints);
  const { id } = await endpoints.create({ url: receiver.url, topics: ['orders/*'] });
  expect(await endpoints.test(id)).toMatchObject({
    ok: false,
    answer: expect.stringContaining('may not be sent to'),
  });
  expect(receiver.received.size).toBe(0);
});
