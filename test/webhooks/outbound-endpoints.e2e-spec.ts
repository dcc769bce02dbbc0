import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Consumers, type EndpointChange, type NewEndpoint } from 'nestjs-realtime';
import { ENGINES, startSending } from './outbound-kit.js';
import { startReceiver } from './outbound-peers.js';

const DAY_MS = 24 * 3_600_000;

/** Only the date is a fake: everything else goes on. */
function fakeDate(): void {
  jest.useFakeTimers({
    doNotFake: [
      'hrtime',
      'nextTick',
      'performance',
      'queueMicrotask',
      'setImmediate',
      'clearImmediate',
      'setInterval',
      'clearInterval',
      'setTimeout',
      'clearTimeout',
    ],
  });
}

afterEach(() => void jest.useRealTimers());

describe.each(ENGINES)('with the engine $name', ({ create }) => {
  it('shows endpoints, by owner, without their secrets', async () => {
    await using files = await create();
    await using app = await startSending(files.engine());
    const { endpoints } = app;
    const input = {
      url: 'https://example.com/a',
      topics: ['orders/**'],
      owner: 'ann',
      headers: { 'x-a': '1' },
    };
    const { secret, ...view } = await endpoints.create(input);
    expect(secret).toMatch(/^whsec_[\w+/]{43}=$/);
    expect(view).toEqual({
      ...input,
      id: expect.stringMatching(/^ep_[\da-f]{32}$/),
      state: 'active',
      createdAt: expect.any(String),
    });
    const { id } = await endpoints.create({ ...input, owner: 'bob' });
    expect(await endpoints.list({ owner: 'ann' })).toEqual([view]);
    expect((await endpoints.list()).map((endpoint) => endpoint.id).toSorted()).toEqual(
      [view.id, id].toSorted(),
    );
    expect(await endpoints.get(view.id)).toEqual(view);
  });

  it('sends to where and what it was changed to', async () => {
    await using files = await create();
    await using before = await startReceiver();
    await using after = await startReceiver();
    await using app = await startSending(files.engine());
    const { endpoints } = app;
    const { id } = await endpoints.create({ url: before.url, topics: ['orders/*'], types: ['order.ready'] });
    await app.bus.publish('orders/1', 1, { type: 'order.ready' });
    await before.received.next();
    await endpoints.update(id, { url: after.url, topics: ['menu'], types: undefined });
    await app.bus.publish('orders/2', 1, { type: 'order.ready' });
    const event = await app.bus.publish('menu', 'soup');
    expect((await after.received.next()).headers['webhook-id']).toBe(event.id);
    expect(before.received.size).toBe(0);
  });

  it('keeps what happens during a pause', async () => {
    await using files = await create();
    await using receiver = await startReceiver();
    await using app = await startSending(files.engine());
    const { endpoints } = app;
    const { id } = await endpoints.create({ url: receiver.url, topics: ['orders/*'] });
    expect(await endpoints.pause(id)).toMatchObject({ state: 'paused' });
    const event = await app.bus.publish('orders/1', 1);
    expect(await endpoints.test(id)).toMatchObject({ ok: true, eventId: expect.stringMatching(/^test/) });
    expect(await endpoints.resume(id)).toMatchObject({ state: 'active' });
    const [first, second] = await receiver.received.take(2);
    expect(JSON.parse(first!.body)).toMatchObject({ type: 'webhook.test' });
    expect(second!.headers['webhook-id']).toBe(event.id);
  });

  it('forgets an endpoint that is removed', async () => {
    await using files = await create();
    await using receiver = await startReceiver();
    await using app = await startSending(files.engine());
    const { endpoints } = app;
    const { id } = await endpoints.create({ url: receiver.url, topics: ['orders/*'] });
    await endpoints.test(id);
    await endpoints.remove(id);
    await expect(endpoints.get(id)).rejects.toThrow(`There is no webhook endpoint "${id}".`);
    await expect(endpoints.attempts(id)).rejects.toThrow('There is no');
    await expect(endpoints.remove(id)).rejects.toThrow('There is no');
    expect(await endpoints.list()).toEqual([]);
    expect(await app.nest.get(Consumers).list()).toEqual([]);
  });

  it('disables an endpoint that is gone, and keeps what it could not be given', async () => {
    await using files = await create();
    await using receiver = await startReceiver('127.0.0.1', 500, 410);
    await using app = await startSending(files.engine(), { retries: [DAY_MS] });
    const { endpoints } = app;
    const { id } = await endpoints.create({ url: receiver.url, topics: ['orders/*'], ordered: false });
    const news = app.news(id);
    const failed = await app.bus.publish('orders/1', 1);
    await news.next();
    const gone = await app.bus.publish('orders/2', 1);
    await news.until(({ type }) => type === 'endpoint.disabled');
    expect(await endpoints.get(id)).toMatchObject({
      state: 'disabled',
      disabledReason: 'It answered 410: gone.',
    });
    expect(await endpoints.deadLetters(id)).toMatchObject([{ event: failed }, { event: gone }]);
    expect(await app.nest.get(Consumers).list()).toEqual([]);
    for (const attempt of [endpoints.pause(id), endpoints.redeliver(id), endpoints.replay(id, new Date())]) {
      await expect(attempt).rejects.toThrow('is disabled: resume it first');
    }

    await app.bus.publish('orders/3', 'not kept');
    await endpoints.resume(id);
    const event = await app.bus.publish('orders/4', 1);
    await receiver.received.take(2);
    expect((await receiver.received.next()).headers['webhook-id']).toBe(event.id);
    expect(await endpoints.redeliver(id)).toBe(2);
    const again = await receiver.received.take(2);
    expect(again.map(({ headers }) => headers['webhook-id']).toSorted()).toEqual(
      [failed.id, gone.id].toSorted(),
    );
  });
});

it('disables an endpoint after five days without a success', async () => {
  await using receiver = await startReceiver('127.0.0.1', 500, 204, 500, 500, 500);
  await using app = await startSending(undefined, { retries: [] });
  const { endpoints } = app;
  const { id } = await endpoints.create({ url: receiver.url, topics: ['orders/*'], ordered: true });
  const news = app.news(id);
  fakeDate();
  const start = Date.now();
  const publishOn = (day: number) => {
    jest.setSystemTime(start + day * DAY_MS);
    return app.bus.publish('orders/1', day);
  };
  for (const day of [0, 1, 2, 6.9]) {
    await publishOn(day);
    await receiver.received.next();
    if (day !== 1) await news.next();
    expect(await endpoints.get(id)).toMatchObject({ state: 'active' });
  }
  await publishOn(7.1);
  const disabled = (await news.until(({ type }) => type === 'endpoint.disabled')).at(-1)!;
  expect(disabled.data).toMatchObject({ reason: 'Nothing could be delivered for five days.' });
  expect(await endpoints.get(id)).toMatchObject({ state: 'disabled' });
});

describe('refuses', () => {
  const good: NewEndpoint = { url: 'https://example.com/', topics: ['orders/*'] };
  const bad: readonly [string, Record<string, unknown>, string][] = [
    ['what is no URL', { url: 'example.com' }, '"url" is no URL'],
    ['other protocols', { url: 'ftp://example.com/' }, '"url" must be https'],
    ['credentials in the URL', { url: 'https://a:b@example.com/' }, 'must not have credentials'],
    ['URLs that are too long', { url: `https://example.com/${'x'.repeat(2_048)}` }, '"url" is no URL'],
    ['no topics', { topics: [] }, '"topics" must be a list of 1 to 100 patterns'],
    ['topics that are no patterns', { topics: ['a/**/b'] }, '** can only be its last segment'],
    ['topics about itself', { topics: ['realtime/consumers/**'] }, 'topics under "realtime/" are not sent'],
    ['types that are none', { types: [1] }, '"types" must be a list'],
    [
      'a header of the signature',
      { headers: { 'Webhook-Id': '1' } },
      'the header "Webhook-Id" cannot be set',
    ],
    ['a header of HTTP', { headers: { Host: 'internal' } }, 'the header "Host" cannot be set'],
    ['a header that splits the request', { headers: { 'x-a': '1\r\nx-b: 2' } }, 'none that HTTP allows'],
    ['a header that is no string', { headers: { 'x-a': 1 } }, 'none that HTTP allows'],
    ['headers without end', { headers: { 'x-a': 'x'.repeat(9_000) } }, 'too many headers'],
    ['a short secret', { secret: 'whsec_c2hvcnQ=' }, '"secret" must be whsec_'],
    ['a secret without a prefix', { secret: Buffer.alloc(32).toString('base64') }, '"secret" must be whsec_'],
    ['a public key', { secret: `whpk_${Buffer.alloc(32).toString('base64')}` }, '"secret" must be whsec_'],
    ['no rate', { rateLimit: 0 }, '"rateLimit" must be a number above 0'],
    ['an endless rate', { rateLimit: Infinity }, '"rateLimit" must be a number above 0'],
    ['an owner that is none', { owner: {} }, '"owner" must be a string'],
  ];

  it.each(bad)('%s', async (_, change, message) => {
    await using app = await startSending();
    await expect(app.endpoints.create({ ...good, ...change })).rejects.toThrow(message);
    expect(await app.endpoints.list()).toEqual([]);
  });

  it('HTTP, unless it is allowed', async () => {
    await using app = await startSending(undefined, { allowHttp: false });
    await expect(app.endpoints.create({ ...good, url: 'http://example.com/' })).rejects.toThrow(
      'must be https',
    );
  });

  it('to change what is not to be changed', async () => {
    await using app = await startSending();
    const { secret, ...view } = await app.endpoints.create({ ...good, owner: 'ann' });
    const change = { owner: 'eve', id: 'ep_1', secrets: [], state: 'disabled', createdAt: 'never', extra: 1 };
    expect(await app.endpoints.update(view.id, change as EndpointChange)).toEqual(view);
    expect(await app.endpoints.list()).toEqual([view]);
    expect(secret).toBeDefined();
  });
});
