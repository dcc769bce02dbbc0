import { networkInterfaces } from 'node:os';
import { afterEach, expect, it } from '@jest/globals';
import {
  WebhookSender,
  type WebhookSenderOptions,
} from '../../libs/realtime/src/webhooks/outbound/webhook-sender.js';
import { turns } from '../support/turns.js';
import { startReceiver } from './outbound-peers.js';

const senders: WebhookSender[] = [];

function createSender(options: Partial<WebhookSenderOptions> = {}) {
  const sender = new WebhookSender({ allowAddresses: [], timeoutMs: 10_000, ...options });
  senders.push(sender);
  return (url: string) => sender.post(url, {}, '{}').answer;
}

afterEach(async () => {
  await Promise.all(senders.splice(0).map((sender) => sender.close()));
});

/** This machine, written in every way that a URL can write it. */
const OURSELVES = [
  '127.0.0.1',
  '127.0.0.1.',
  '127.1',
  '127.0.1',
  '2130706433',
  '0x7f000001',
  '0x7F.1',
  '0177.0.0.1',
  '017700000001',
  '0x7f.0x0.0x0.0x1',
  '127.8.9.10',
  '0',
  '0.0.0.0',
  '1２7.0.0.1',
  '127。0。0。1',
  '%31%32%37.0.0.1',
  '[::1]',
  '[0:0:0:0:0:0:0:1]',
  '[::]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[::127.0.0.1]',
  '[64:ff9b::127.0.0.1]',
  '[2002:7f00:1::]',
  'localhost',
  'LOCALHOST',
  ...Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, scopeid }) => !internal && !scopeid)
    .map(({ address, family }) => (family === 'IPv6' ? `[${address}]` : address)),
];

it('connects to this machine by no name of it', async () => {
  await using receiver = await startReceiver('::');
  const post = createSender();
  for (const host of OURSELVES) {
    expect([host, await post(`http://${host}:${receiver.port}/`).catch(String)]).toEqual([
      host,
      expect.stringContaining('ForbiddenAddressError'),
    ]);
  }
  // The listener does hear who may connect, and has heard nobody before.
  await createSender({ allowAddresses: ['127.0.0.0/8'] })(`http://127.0.0.1:${receiver.port}/`);
  expect(receiver.connections()).toBe(1);
});

it.each(['http://[fe80::1%25eth0]/', 'http://[fe80::1%eth0]/', 'http://127.0.0.1:99999/'])(
  '%s is no URL',
  async (url) => {
    await expect(createSender()(url)).rejects.toThrow('Invalid URL');
  },
);

it('refuses a name of which one address is forbidden', async () => {
  await using receiver = await startReceiver('127.0.0.2');
  const post = createSender({
    allowAddresses: ['127.0.0.2/32'],
    resolve: async (name) =>
      ['127.0.0.2', ...(name === 'good.test' ? [] : ['10.0.0.1'])].map((address) => ({ address, family: 4 })),
  });
  await expect(post(`http://bad.test:${receiver.port}/`)).rejects.toThrow('bad.test is, or resolves to');
  expect(await post(`http://good.test:${receiver.port}/`)).toMatchObject({ status: 204 });
  expect(receiver.connections()).toBe(1);
});

it('refuses a name without addresses', async () => {
  await expect(createSender({ resolve: async () => [] })('http://none.test/')).rejects.toThrow(
    'none.test is',
  );
});

it('connects to the address it has checked, whatever the name says a moment later', async () => {
  await using outside = await startReceiver('127.0.0.2');
  const asked: string[] = [];
  const post = createSender({
    allowAddresses: ['127.0.0.2/32'],
    resolve: async (name) => {
      asked.push(name);
      return [{ address: asked.length === 1 ? '127.0.0.2' : '127.0.0.1', family: 4 }];
    },
  });
  const url = `http://rebind.test:${outside.port}/`;
  expect(await post(url)).toMatchObject({ status: 204 });
  // While the connection lives, nothing is resolved again. It is free a turn after the answer.
  await turns();
  expect(await post(url)).toMatchObject({ status: 204 });
  expect([asked.length, outside.connections()]).toEqual([1, 1]);

  await outside[Symbol.asyncDispose]();
  await using inside = await startReceiver('127.0.0.1');
  await expect(post(`http://rebind.test:${inside.port}/`)).rejects.toThrow('rebind.test is, or resolves to');
  expect(inside.connections()).toBe(0);
});

it('reads an address once, whatever the resolver makes of it later', async () => {
  await using outside = await startReceiver('127.0.0.2');
  let read = 0;
  const shifty = {
    family: 4,
    get address() {
      return read++ === 0 ? '127.0.0.2' : '127.0.0.1';
    },
  };
  const post = createSender({ allowAddresses: ['127.0.0.2/32'], resolve: async () => [shifty] });
  expect(await post(`http://shifty.test:${outside.port}/`)).toMatchObject({ status: 204 });
});

it.each([301, 302, 303, 307, 308])('does not follow a redirect inward (%i)', async (status) => {
  await using inside = await startReceiver('127.0.0.1');
  await using outside = await startReceiver('127.0.0.2', { status, headers: { location: inside.url } });
  const post = createSender({ allowAddresses: ['127.0.0.0/8'] });
  expect(await post(outside.url)).toMatchObject({ status });
  expect(inside.connections()).toBe(0);
});

it('asks no proxy', async () => {
  await using proxy = await startReceiver('127.0.0.1');
  await using outside = await startReceiver('127.0.0.2');
  const names = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'NODE_USE_ENV_PROXY'];
  const before = names.map((name) => process.env[name]);
  for (const name of names) process.env[name] = proxy.url;
  try {
    const post = createSender({ allowAddresses: ['127.0.0.2/32'] });
    expect(await post(outside.url)).toMatchObject({ status: 204 });
    expect(proxy.connections()).toBe(0);
  } finally {
    for (const [index, name] of names.entries()) {
      if (before[index] === undefined) delete process.env[name];
      else process.env[name] = before[index];
    }
  }
});
