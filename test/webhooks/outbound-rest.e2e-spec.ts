import type { IncomingMessage } from 'node:http';
import { type CanActivate, type ExecutionContext, Injectable, UnauthorizedException } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { type EndpointView, WebhookEndpointsModule } from 'nestjs-realtime';
import { ADAPTERS, type AdapterName } from '../support/app.js';
import { startSending } from './outbound-kit.js';
import { startReceiver } from './outbound-peers.js';

const requestOf = (context: ExecutionContext) => context.switchToHttp().getRequest<IncomingMessage>();

/** Knows everybody who says who they are. */
@Injectable()
class NameGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    if (requestOf(context).headers['x-name'] === undefined) throw new UnauthorizedException();
    return true;
  }
}

/** An application whose customers are `ann` and `bob`; `ask` asks as one of them. */
async function startShop(adapter: AdapterName = 'express') {
  const shop = WebhookEndpointsModule.register({
    guards: [NameGuard],
    ownerOf: (context) => {
      const name = requestOf(context).headers['x-name'] as string;
      return name === 'nobody' ? undefined : name;
    },
    allowsTopic: (owner, pattern) => pattern.startsWith(`shops/${owner}/`),
    maxPerOwner: 2,
  });
  const app = await startSending(undefined, { retries: [] }, { adapter, imports: [shop] });
  const ask = async (name: string | undefined, method: string, path = '', body?: unknown) => {
    const response = await fetch(`${app.url}/webhook-endpoints${path}`, {
      method,
      headers: {
        ...(name === undefined ? {} : { 'x-name': name }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    return { status: response.status, body: (text === '' ? undefined : JSON.parse(text)) as unknown };
  };
  return { ...app, ask };
}

type View = EndpointView & { readonly secret: string };

describe.each(ADAPTERS)('on %s', (adapter) => {
  it('lets a customer look after an endpoint', async () => {
    await using receiver = await startReceiver('127.0.0.1', 204, 500);
    await using app = await startShop(adapter);
    const created = await app.ask('ann', 'POST', '', { url: receiver.url, topics: ['shops/ann/*'] });
    expect(created).toMatchObject({ status: 201, body: { owner: 'ann', secret: expect.any(String) } });
    const { secret, ...view } = created.body as View;
    const { id } = view;
    expect(await app.ask('ann', 'GET')).toEqual({ status: 200, body: [view] });
    expect(await app.ask('ann', 'GET', `/${id}`)).toEqual({ status: 200, body: view });
    expect(await app.ask('ann', 'POST', `/${id}/test`)).toMatchObject({ status: 200, body: { status: 204 } });

    const news = app.news(id);
    const event = await app.bus.publish('shops/ann/1', 1);
    await news.until(({ type }) => type === 'consumer.dead-letter');
    const found = { event: { id: event.id }, error: 'The endpoint answered 500.' };
    expect((await app.ask('ann', 'GET', `/${id}/dead-letters?limit=1`)).body).toMatchObject([found]);
    expect((await app.ask('ann', 'GET', `/${id}/attempts?eventId=${event.id}`)).body).toHaveLength(1);
    expect((await app.ask('ann', 'GET', `/${id}/deliveries`)).body).toHaveLength(2);
    expect(await app.ask('ann', 'POST', `/${id}/redeliver`, { eventId: event.id })).toEqual({
      status: 200,
      body: { count: 1 },
    });
    await receiver.received.take(3);

    const change = { description: 'ours', rateLimit: 5 };
    expect((await app.ask('ann', 'PATCH', `/${id}`, change)).body).toEqual({ ...view, ...change });
    expect((await app.ask('ann', 'PATCH', `/${id}`, { description: null, rateLimit: null })).body).toEqual(
      view,
    );
    expect((await app.ask('ann', 'POST', `/${id}/pause`)).body).toMatchObject({ state: 'paused' });
    expect((await app.ask('ann', 'POST', `/${id}/resume`)).body).toMatchObject({ state: 'active' });
    const rotated = await app.ask('ann', 'POST', `/${id}/rotate-secret`);
    expect(rotated.body).toEqual({ secret: expect.not.stringMatching(secret) });
    expect(await app.ask('ann', 'POST', `/${id}/replay`, { since: event.time })).toEqual({ status: 204 });
    expect(await app.ask('ann', 'DELETE', `/${id}`)).toEqual({ status: 204 });
    expect(await app.ask('ann', 'GET', `/${id}`)).toMatchObject({ status: 404 });
  });
});

const ROUTES: readonly (readonly [string, string])[] = [
  ['GET', ''],
  ['PATCH', ''],
  ['DELETE', ''],
  ['GET', '/deliveries'],
  ['GET', '/attempts'],
  ['GET', '/dead-letters'],
  ...['pause', 'resume', 'rotate-secret', 'test', 'redeliver', 'replay'].map(
    (verb) => ['POST', `/${verb}`] as const,
  ),
];

it('does not have what is somebody else’s, or nobody’s', async () => {
  await using receiver = await startReceiver();
  await using app = await startShop();
  const input = { url: receiver.url, topics: ['shops/ann/*'] };
  const ours = await app.endpoints.create({ ...input, owner: 'ann' });
  const nobodys = await app.endpoints.create(input);
  for (const { id } of [ours, nobodys]) {
    for (const [method, path] of ROUTES) {
      const body = method === 'GET' || method === 'DELETE' ? undefined : { since: '2026-01-01' };
      const answers = await Promise.all(
        ['bob', undefined, 'nobody', ''].map((name) => app.ask(name, method, `/${id}${path}`, body)),
      );
      expect([method, path, ...answers.map(({ status }) => status)]).toEqual([
        method,
        path,
        404,
        401,
        403,
        403,
      ]);
      expect(answers[0]!.body).toMatchObject({ message: `There is no webhook endpoint "${id}".` });
    }
  }
  expect((await app.ask('bob', 'GET')).body).toEqual([]);
  expect((await app.ask(undefined, 'GET')).status).toBe(401);
  expect((await app.ask('nobody', 'POST', '', input)).status).toBe(403);
  const { secret, ...view } = ours;
  expect(await app.endpoints.get(ours.id)).toEqual(view);
  expect([secret.length > 0, receiver.connections()]).toEqual([true, 0]);
});

it('lets nobody hear what is not theirs, nor be somebody else', async () => {
  await using app = await startShop();
  const good = { url: 'https://example.com/', topics: ['shops/ann/*'] };
  for (const topics of [['**'], ['shops/*/*'], ['shops/bob/*'], ['shops/ann/*', 'shops/bob/1']]) {
    expect((await app.ask('ann', 'POST', '', { ...good, topics })).status).toBe(403);
  }
  const forged = { ...good, owner: 'bob', id: 'ep_1', state: 'disabled', secrets: [] };
  const { body } = await app.ask('ann', 'POST', '', forged);
  const { id } = body as View;
  expect(body).toMatchObject({ owner: 'ann', state: 'active', id: expect.stringMatching(/^ep_.{32}$/) });
  expect((await app.ask('ann', 'PATCH', `/${id}`, { topics: ['**'] })).status).toBe(403);
  expect((await app.ask('ann', 'PATCH', `/${id}`, { owner: 'bob' })).body).toMatchObject({ owner: 'ann' });
  expect((await app.ask('ann', 'GET', `/${id}`)).body).toMatchObject({ topics: good.topics });

  expect((await app.ask('ann', 'POST', '', good)).status).toBe(201);
  expect((await app.ask('ann', 'POST', '', good)).status).toBe(409);
});

it('has no more than it may, however many are asked for at once', async () => {
  await using app = await startShop();
  const ask = (name: string) =>
    app.ask(name, 'POST', '', { url: 'https://example.com/', topics: [`shops/${name}/*`] });
  const answers = await Promise.all(Array.from({ length: 10 }, () => [ask('ann'), ask('bob')]).flat());
  const statuses = answers.map(({ status }) => status).toSorted();
  expect(statuses).toEqual([...Array(4).fill(201), ...Array(16).fill(409)]);
  for (const name of ['ann', 'bob']) expect((await app.ask(name, 'GET')).body).toHaveLength(2);
});

it('refuses what makes no sense', async () => {
  await using app = await startShop();
  const good = { url: 'https://example.com/', topics: ['shops/ann/*'] };
  for (const change of [
    { url: 1 },
    { topics: 'shops/ann/*' },
    { topics: [1] },
    { secret: 'x' },
    { secret: 1 },
  ]) {
    const { status, body } = await app.ask('ann', 'POST', '', { ...good, ...change });
    expect([change, status, body]).toEqual([
      change,
      400,
      expect.objectContaining({ code: 'message-invalid' }),
    ]);
  }
  const { id } = (await app.ask('ann', 'POST', '', good)).body as View;
  for (const path of [
    'attempts?limit=0',
    'deliveries?limit=9999',
    'dead-letters?after=x',
    'attempts?eventId=1&eventId=2',
  ]) {
    expect([path, (await app.ask('ann', 'GET', `/${id}/${path}`)).status]).toEqual([path, 400]);
  }
  expect((await app.ask('ann', 'POST', `/${id}/replay`, { since: 'yesterday' })).status).toBe(400);
  expect((await app.ask('ann', 'POST', `/${id}/redeliver`, { eventId: 7 })).status).toBe(400);
});
