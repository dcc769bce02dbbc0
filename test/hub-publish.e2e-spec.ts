import {
  type CallHandler,
  type ExecutionContext,
  ForbiddenException,
  UnauthorizedException,
} from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { type PublishAccess, TopicPolicy, type TopicPolicyHandler } from 'nestjs-realtime';
import { map } from 'rxjs';
import { ADAPTERS, type AppOptions, startApp } from './support/app.js';
import { byToken } from './support/by-token.js';
import { census, NOBODY } from './support/census.js';
import { answerOf } from './support/hub-client.js';

@TopicPolicy('chat/:room')
class ChatPolicy implements TopicPolicyHandler {
  canPublish({ principal, params }: PublishAccess) {
    if (params['room'] === 'quiet') throw new ForbiddenException('Nobody speaks here.');
    return principal !== undefined;
  }
}

const base: AppOptions = {
  providers: [ChatPolicy],
  realtime: {
    authenticate: (handshake) => {
      if (handshake.token === 'bad') throw new UnauthorizedException('Who?');
      return byToken(handshake);
    },
  },
};

const JSON_TYPE = { 'Content-Type': 'application/json' };

async function post(url: string, body: unknown, headers: Record<string, string> = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(`${url}/realtime/events`, {
    method: 'POST',
    headers: { Authorization: 'Bearer ann', ...JSON_TYPE, ...headers },
    body: text,
  });
  return answerOf(response);
}

describe.each(ADAPTERS)('publishing over the hub on %s', (adapter) => {
  it('answers 201 with the id', async () => {
    await using app = await startApp({ ...base, adapter });
    const { status, headers, body } = await post(app.url, {
      topic: 'chat/7',
      type: 'said',
      data: { text: 'ü' },
    });
    const latest = await app.bus.latest('chat/7');
    expect(latest).toMatchObject({ type: 'said', data: { text: 'ü' } });
    expect([status, body]).toEqual([201, { id: latest?.id }]);
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(census(app)).toEqual(NOBODY);
  });

  it('with a key happens once, the body’s before the header’s', async () => {
    await using app = await startApp({ ...base, adapter });
    const topic = 'chat/7';
    const publish = async (body: object, headers = {}) =>
      (await post(app.url, { topic, ...body }, headers)).body;
    const first = await publish({}, { 'Idempotency-Key': '6f1c' });
    expect(await publish({}, { 'Idempotency-Key': '6f1c' })).toEqual(first);
    expect(await publish({ idempotencyKey: '6f1c' }, { 'Idempotency-Key': 'other' })).toEqual(first);
    expect(await publish({}, { 'Idempotency-Key': 'other' })).not.toEqual(first);
    expect((await app.bus.read(topic)).events).toHaveLength(2);
  });

  it.each(['application/json; charset=utf-8', 'Application/JSON'])('takes %s', async (type) => {
    await using app = await startApp({ ...base, adapter });
    expect(await post(app.url, { topic: 'chat/7' }, { 'Content-Type': type })).toMatchObject({ status: 201 });
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'takes no %s, which a page of anybody’s can send',
    async (type) => {
      await using app = await startApp({ ...base, adapter });
      const body = type.startsWith('text') ? '{"topic":"chat/7"}' : 'topic=chat/7';
      expect(await post(app.url, body, { 'Content-Type': type })).toMatchObject({ status: 415 });
      expect(await app.bus.latest('chat/7')).toBeUndefined();
    },
  );

  it.each([
    ['nobody', { topic: 'chat/7' }, { Authorization: '' }, 403, 'forbidden'],
    ['whom authenticate refuses', { topic: 'chat/7' }, { Authorization: 'Bearer bad' }, 401, 'unauthorized'],
    ['what no policy allows', { topic: 'other' }, {}, 403, 'forbidden'],
    ['what is the library’s', { topic: 'realtime/revocations' }, {}, 403, 'forbidden'],
    ['a list', [{ topic: 'chat/7' }], {}, 400, 'message-invalid'],
    ['no topic', {}, {}, 400, 'topic-invalid'],
    ['a pattern', { topic: 'chat/*' }, {}, 400, 'topic-invalid'],
    ['a control event', { topic: 'chat/7', type: '$live' }, {}, 400, 'type-invalid'],
    ['an empty key', { topic: 'chat/7' }, { 'Idempotency-Key': '' }, 400, 'message-invalid'],
    ['a long key', { topic: 'chat/7' }, { 'Idempotency-Key': 'x'.repeat(257) }, 400, 'message-invalid'],
    ['a number as key', { topic: 'chat/7', idempotencyKey: 7 }, {}, 400, 'message-invalid'],
    ['too much', { topic: 'chat/7', data: 'x'.repeat(64 * 1024) }, {}, 413, 'payload-too-large'],
    [
      'what is nested too deep',
      `{"topic":"chat/7","data":${'['.repeat(2e4)}${']'.repeat(2e4)}}`,
      {},
      400,
      'message-invalid',
    ],
  ])('refuses %s', async (_, body, headers, status, code) => {
    await using app = await startApp({ ...base, adapter });
    const answer = await post(app.url, body, headers as Record<string, string>);
    expect([answer.status, answer.body]).toMatchObject([status, { statusCode: status, code }]);
    expect(await app.bus.read(['chat/7', 'other', 'realtime/revocations'])).toMatchObject({ events: [] });
  });

  it.each([
    ['is not JSON', '{"topic":', 400],
    ['is empty', '', 400],
    ['is larger than the application takes', JSON.stringify({ topic: 'chat/7', data: 'x'.repeat(2e6) }), 413],
  ])('leaves a body to the parser of the application that %s', async (_, body, status) => {
    await using app = await startApp({ ...base, adapter });
    expect((await post(app.url, body)).status).toBe(status);
    expect(await app.bus.latest('chat/7')).toBeUndefined();
  });

  it('says what a policy throws', async () => {
    await using app = await startApp({ ...base, adapter });
    const { status, body } = await post(app.url, { topic: 'chat/quiet' });
    expect([status, body?.message]).toEqual([403, 'Nobody speaks here.']);
  });

  it('is answered by the protocol, whatever interceptors make of answers', async () => {
    const wrap = {
      intercept: (_: ExecutionContext, next: CallHandler) => next.handle().pipe(map((data) => ({ data }))),
    };
    await using app = await startApp({
      ...base,
      adapter,
      configure: (nest) => void nest.useGlobalInterceptors(wrap),
    });
    const { status, body } = await post(app.url, { topic: 'chat/7' });
    expect([status, body]).toEqual([201, { id: expect.any(String) }]);
  });
});
