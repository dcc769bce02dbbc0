import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { Controller } from '@nestjs/common';
import { expect, it } from '@jest/globals';
import { Webhook as Verifier } from 'standardwebhooks';
import {
  type InboundWebhook,
  standardWebhooks,
  type EndpointStore,
  type StoredEndpoint,
  Webhook,
  WebhookEvent,
} from 'nestjs-realtime';
import { Inbox } from '../support/inbox.js';
import { createLmdb, startSending } from './outbound-kit.js';
import { type Received, startReceiver } from './outbound-peers.js';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const bytesOf = (key: string) => Buffer.from(key, 'base64url').toString('base64');
const WHSK = `whsk_${bytesOf(privateKey.export({ format: 'jwk' }).d!)}`;
const WHPK = `whpk_${bytesOf(publicKey.export({ format: 'jwk' }).x!)}`;

@Controller('hooks')
class Hooks {
  readonly received = new Inbox<InboundWebhook>();

  @Webhook('in', { scheme: standardWebhooks({ secret: WHPK }) })
  take(@WebhookEvent() event: InboundWebhook) {
    this.received.push(event);
  }
}

function verifies(secret: string, { headers, body }: Received): boolean {
  try {
    return new Verifier(secret).verify(body, headers as Record<string, string>) !== undefined;
  } catch {
    return false;
  }
}

it('signs with ed25519, which our own webhooks verify', async () => {
  await using app = await startSending(undefined, {}, { controllers: [Hooks] });
  await app.endpoints.create({ url: `${app.url}/hooks/in`, topics: ['orders/*'], secret: WHSK });
  const event = await app.bus.publish('orders/1', { total: 7 }, { type: 'order.ready' });
  expect(await app.nest.get(Hooks).received.next()).toMatchObject({
    id: event.id,
    type: 'order.ready',
    data: { type: 'order.ready', topic: 'orders/1', timestamp: event.time, data: { total: 7 } },
  });
});

it('signs with the old secret too, until its time is over', async () => {
  await using receiver = await startReceiver();
  await using app = await startSending();
  const { endpoints } = app;
  const { id, secret: first } = await endpoints.create({ url: receiver.url, topics: ['orders/*'] });
  const second = await endpoints.rotateSecret(id);
  await app.bus.publish('orders/1', 1);
  const both = await receiver.received.next();
  expect([first, second].map((secret) => verifies(secret, both))).toEqual([true, true]);

  expect(await endpoints.rotateSecret(id, { secret: WHSK, overlapMs: 0 })).toBe(WHSK);
  await app.bus.publish('orders/2', 2);
  const last = await receiver.received.next();
  expect(last.headers['webhook-signature']).toMatch(/^v1a,[^ ]+$/);
  expect([first, second].map((secret) => verifies(secret, last))).toEqual([false, false]);
});

it('signs with no more than four, however often a secret is rotated', async () => {
  await using receiver = await startReceiver();
  await using app = await startSending();
  const { id } = await app.endpoints.create({ url: receiver.url, topics: ['orders/*'] });
  for (let turn = 0; turn < 10; turn++) await app.endpoints.rotateSecret(id);
  await app.endpoints.test(id);
  const { headers } = await receiver.received.next();
  expect((headers['webhook-signature'] as string).split(' ')).toHaveLength(4);
});

it('hands a store nothing that could be read', async () => {
  const kept = new Map<string, StoredEndpoint>();
  const endpointStore: EndpointStore = {
    get: async (id) => kept.get(id),
    list: async () => [...kept.values()],
    put: async (endpoint) => void kept.set(endpoint.id, endpoint),
    remove: async (id) => void kept.delete(id),
  };
  await using receiver = await startReceiver();
  await using app = await startSending(undefined, {
    endpointStore,
    encryptionKey: randomBytes(32).toString('base64'),
  });
  const { endpoints } = app;
  const input = { url: receiver.url, topics: ['orders/*'], headers: { authorization: 'Bearer hidden' } };
  const { id, secret } = await endpoints.create(input);
  const text = JSON.stringify(kept.get(id));
  expect(text).toContain(receiver.url);
  expect(text).not.toContain(secret.slice('whsec_'.length));
  expect(text).not.toContain('hidden');
  await app.bus.publish('orders/1', 1);
  const received = await receiver.received.next();
  expect(received.headers.authorization).toBe('Bearer hidden');
  expect(verifies(secret, received)).toBe(true);

  // Nor can one endpoint's secrets be given to another.
  const other = await endpoints.create(input);
  kept.set(other.id, { ...kept.get(other.id)!, sealed: kept.get(id)!.sealed });
  await expect(endpoints.get(other.id)).rejects.toThrow('cannot be decrypted');
});

it('starts with the key that the secrets were encrypted with, and with no other', async () => {
  await using files = await createLmdb();
  await using receiver = await startReceiver();
  const encryptionKey = randomBytes(32).toString('hex');
  const first = await startSending(files.engine(), { encryptionKey });
  const { id, secret } = await first.endpoints.create({ url: receiver.url, topics: ['orders/*'] });
  await first.close();

  for (const wrong of [randomBytes(32).toString('hex'), undefined]) {
    const engine = files.engine();
    const started = startSending(engine, { encryptionKey: wrong });
    await expect(started).rejects.toThrow('cannot be decrypted');
    await engine.stop();
  }
  await using second = await startSending(files.engine(), { encryptionKey });
  await second.endpoints.test(id);
  expect(verifies(secret, await receiver.received.next())).toBe(true);
});

it('says what a key is', async () => {
  await expect(startSending(undefined, { encryptionKey: 'password' })).rejects.toThrow(
    'openssl rand -base64 32',
  );
});
