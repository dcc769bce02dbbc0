import { expect, it } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import { type Answer, open, send, statusOf, talk } from './support/victim/talk.js';
import { expectPeace, type Scene, underAttack } from './support/victim/under-attack.js';

const HUB = '/realtime/events';
const JSON_TYPE = { 'Content-Type': 'application/json' };

/** JSON that is no message, and what is wrong with it. */
const BAD_MESSAGES: readonly (readonly [string, string])[] = [
  ['[]', 'message-invalid'],
  ['[{"topic":"a"}]', 'message-invalid'],
  ['{}', 'topic-invalid'],
  ['{"topic":null}', 'topic-invalid'],
  ['{"topic":7}', 'topic-invalid'],
  ['{"topic":["a"]}', 'topic-invalid'],
  ['{"topic":{"toString":"a"}}', 'topic-invalid'],
  ['{"topic":""}', 'topic-invalid'],
  ['{"topic":"a//b"}', 'topic-invalid'],
  ['{"topic":"**"}', 'topic-invalid'],
  ['{"topic":"a\\u0000"}', 'topic-invalid'],
  ['{"topic":"a\\r\\nb"}', 'topic-invalid'],
  ['{"topic":"\\ud800"}', 'topic-invalid'],
  ['{"topic":"a","type":7}', 'message-invalid'],
  ['{"topic":"a","type":""}', 'type-invalid'],
  ['{"topic":"a","type":"$live"}', 'type-invalid'],
  ['{"topic":"a","type":"$reset"}', 'type-invalid'],
  ['{"topic":"a","type":"x\\nid: 1"}', 'type-invalid'],
  [`{"topic":"a","type":"${'x'.repeat(129)}"}`, 'type-invalid'],
  ['{"topic":"a","idempotencyKey":7}', 'message-invalid'],
  ['{"topic":"a","idempotencyKey":""}', 'message-invalid'],
  [`{"topic":"a","idempotencyKey":"${'k'.repeat(257)}"}`, 'message-invalid'],
];

/** Bodies that are not even JSON, or not said to be. */
const BAD_BODIES: readonly (readonly [string, Record<string, string>, string | Buffer])[] = [
  ['nothing', JSON_TYPE, ''],
  ['no JSON', JSON_TYPE, '{"topic":'],
  ['single quotes', JSON_TYPE, "{'topic':'a'}"],
  ['two documents', JSON_TYPE, '{"topic":"a"}{"topic":"b"}'],
  ['a byte order mark and nothing else', JSON_TYPE, '\ufeff'],
  ['bytes that are no UTF-8', JSON_TYPE, Buffer.from([0x22, 0xff, 0xfe, 0xc0, 0x80])],
  ['binary', JSON_TYPE, Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))],
  ['gzip that is none', { ...JSON_TYPE, 'Content-Encoding': 'gzip' }, 'not compressed'],
  ['null', JSON_TYPE, 'null'],
  ['a number', JSON_TYPE, '7'],
  ['a string', JSON_TYPE, '"text"'],
  ['text', { 'Content-Type': 'text/plain' }, '{"topic":"a"}'],
  ['XML', { 'Content-Type': 'application/xml' }, '<topic>a</topic>'],
  ['a type that is none', { 'Content-Type': '/;;=' }, '{"topic":"a"}'],
  ['no type', {}, '{"topic":"a"}'],
  ['more than is allowed', JSON_TYPE, `{"topic":"a","data":"${'x'.repeat(3_000_000)}"}`],
  ['a bomb', { ...JSON_TYPE, 'Content-Encoding': 'gzip' }, gzipSync(`"${'x'.repeat(50_000_000)}"`)],
];

async function post({ victim, canaries }: Scene, bodies: readonly (string | Buffer)[]): Promise<Answer[]> {
  return canaries.during(() =>
    Promise.all(bodies.map((body) => send(victim.url + HUB, JSON_TYPE, { method: 'POST', body }))),
  );
}

const nested = (depth: number, open: string, close: string) => open.repeat(depth) + close.repeat(depth);

underAttack('hostile bodies', (scene) => {
  it('messages that are none', async () => {
    const answers = await post(
      scene,
      BAD_MESSAGES.map(([body]) => body),
    );
    expect(answers.map(({ status, code }, index) => [BAD_MESSAGES[index]![0], status, code])).toEqual(
      BAD_MESSAGES.map(([body, code]) => [body, 400, code]),
    );
  });

  it('messages that are not for the client to send', async () => {
    const topics = ['canary', 'realtime/revocations', 'realtime/x'];
    const answers = await post(
      scene,
      topics.map((topic) => JSON.stringify({ topic, data: { principal: 'everybody' } })),
    );
    expect(answers).toEqual(topics.map(() => ({ status: 403, code: 'forbidden' })));
  });

  it('data nested deeper than any stack, or larger than allowed', async () => {
    const depths = [1_000, 10_000, 45_000];
    const bodies = depths.flatMap((depth) => [
      `{"topic":"deep","data":${nested(depth, '[', ']')}}`,
      `{"topic":"deep","data":${nested(Math.floor(depth / 6), '{"a":', '}').replace('}', '1}')}}`,
      nested(depth, '[', ']'),
      `{"topic":${nested(depth, '[', ']')}}`,
    ]);
    const answers = await post(scene, [...bodies, `{"topic":"a","data":"${'x'.repeat(70_000)}"}`]);
    expect(answers.at(-1)).toEqual({ status: 413, code: 'payload-too-large' });
    expect(answers.filter(({ status }) => ![201, 400, 413].includes(status))).toEqual([]);
    // Whatever was accepted can be read.
    const read = await send(`${scene.victim.url}${HUB}?topic=deep&since=earliest`);
    expect(read.status).toBe(200);
  });

  it('a prototype is data like any other, or refused', async () => {
    const answers = await post(scene, [
      '{"topic":"proto","data":{"__proto__":{"admin":true}}}',
      '{"topic":"proto","__proto__":{"type":"$live"}}',
      '{"topic":"proto","constructor":{"prototype":{"admin":true}}}',
    ]);
    expect(answers.filter(({ status }) => ![201, 400].includes(status))).toEqual([]);
    const after = await post(scene, ['{}']);
    expect(after).toEqual([{ status: 400, code: 'topic-invalid' }]);
  });

  it.each(['/realtime/events', '/hook'])('bodies that cannot be read, at %s', async (path) => {
    const { victim, canaries } = scene;
    const answers = await canaries.during(() =>
      Promise.all(
        BAD_BODIES.map(async ([name, headers, body]) => {
          const { status } = await send(victim.url + path, headers, { method: 'POST', body }).catch(cutOff);
          return [name, status];
        }),
      ),
    );
    expect(answers.filter(([, status]) => Number(status) < 400 || Number(status) >= 500)).toEqual([]);
  });

  it.each(['/realtime/events', '/hook'])('bodies that are not as long as they say, at %s', async (path) => {
    const { victim, canaries } = scene;
    const head = `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nConnection: close\r\n`;
    const attacks = [
      `${head}Content-Length: -1\r\n\r\n{}`,
      `${head}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`,
      `${head}Content-Length: 99999999999999999999\r\n\r\n{}`,
      `${head}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      `${head}Transfer-Encoding: chunked\r\n\r\nzz\r\n`,
      `${head}Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n`,
      `${head}Transfer-Encoding: chunked\r\n\r\n2\r\n{}X\r\n`,
      `${head}Transfer-Encoding: gzip, x\r\n\r\n{}`,
    ];
    const said = await canaries.during(() => Promise.all(attacks.map((bytes) => talk(victim.port, bytes))));
    expect(said.map(statusOf).filter((status) => status < 400 || status >= 500)).toEqual([]);
  });

  it.each(['/realtime/events', '/hook', '/orders/1/stream'])('bodies that never end, at %s', async (path) => {
    const { victim, canaries } = scene;
    const method = path === '/orders/1/stream' ? 'GET' : 'POST';
    const head = `${method} ${path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n`;
    const slow = [
      `${head}Content-Length: 1000\r\n\r\n{"top`,
      `${head}Transfer-Encoding: chunked\r\n\r\n5\r\n{"top`,
    ];
    await canaries.during(async () => {
      const sockets = await Promise.all(
        Array.from({ length: 100 }, (_, index) => open(victim.port, slow[index % 2]!)),
      );
      for (const socket of sockets) socket.write('ic":');
      await canaries.sing();
      for (const [index, socket] of sockets.entries()) {
        if (index % 3 === 0) socket.resetAndDestroy();
        else socket.destroy();
      }
    });
    await expectPeace(scene);
  });
});

/** A server may cut off who sends too much. */
function cutOff(error: NodeJS.ErrnoException): Answer {
  if (!['ECONNRESET', 'EPIPE'].includes(error.code ?? '')) throw error;
  return { status: 413 };
}
