import { Agent } from 'node:http';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { openSocket } from './support/socket-client.js';
import { type Answer, send } from './support/victim/talk.js';
import { underAttack } from './support/victim/under-attack.js';

/** Text of any characters, of those that matter here, and words that mean something somewhere. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: fc.constantFrom(...'a0-_/*:%.\0\r\n "\\é漢🍜'), maxLength: 20 }),
  fc.string({ unit: fc.constantFrom('a', '漢', '/'), maxLength: 300 }),
  fc.constantFrom('earliest', 'latest', '__proto__', 'constructor', 'realtime/x', 'null', '**', 'NaN'),
);

const digits = fc.oneof(
  fc.nat().map((value) => value.toString(36)),
  fc.maxSafeNat().map((value) => value.toString(36)),
  fc.string({ unit: fc.constantFrom(...'0129abcxyz'), maxLength: 12 }),
);
const cursorLike = fc
  .tuple(fc.string({ unit: fc.constantFrom(...'a0z'), maxLength: 17 }), digits, digits)
  .map((parts) => parts.join('-'));

/** What docs/PROTOCOL.md calls a cursor. */
function isCursor(value: string): boolean {
  const [, ...numbers] = /^[a-z0-9]{1,16}-(0|[1-9a-z][0-9a-z]*)-(0|[1-9a-z][0-9a-z]*)$/.exec(value) ?? [];
  return numbers.length === 2 && numbers.every(isExact);
}

function isExact(number: string): boolean {
  const value = [...number].reduce((sum, digit) => sum * 36n + BigInt(Number.parseInt(digit, 36)), 0n);
  return value <= BigInt(Number.MAX_SAFE_INTEGER);
}

/** What docs/PROTOCOL.md calls a topic. */
function isTopic(value: string): boolean {
  const isControl = (code: number) =>
    code < 0x20 || (code >= 0x7f && code < 0xa0) || code === 0x2028 || code === 0x2029;
  return (
    Buffer.byteLength(value) <= 256 &&
    ![...value].some((character) => isControl(character.codePointAt(0)!)) &&
    !value.split('/').some((segment) => ['', '*', '**'].includes(segment))
  );
}

/** As it arrives when it is sent in a URL: well-formed. */
const sent = (value: string) => Buffer.from(value).toString();

const isServersFault = ({ status }: Answer) => status < 200 || status >= 500;

underAttack('fuzzed input', (scene) => {
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  const runs = { numRuns: 300 };

  function ask(path: string, query: Record<string, string>, headers?: Record<string, string>) {
    return send(`${scene.victim.url}${path}?${new URLSearchParams(query)}`, headers, { agent });
  }

  function post(body: unknown, headers?: Record<string, string>) {
    const described = { 'Content-Type': 'application/json', ...headers };
    const options = { method: 'POST', body: JSON.stringify(body), agent };
    return send(`${scene.victim.url}/realtime/events`, described, options);
  }

  it('since', () =>
    scene.canaries.during(() =>
      fc.assert(
        fc.asyncProperty(fc.oneof(text, cursorLike), async (since) => {
          const malformed = { status: 400, code: 'cursor-malformed' };
          const right = ['earliest', 'latest'].includes(since) || isCursor(sent(since));
          for (const path of ['/orders/1/short', '/orders/1/long', '/realtime/events']) {
            const answer = await ask(path, { since, topic: 'quiet', wait: '0' });
            expect(answer.code).toBe(right ? undefined : malformed.code);
            expect(answer.status === 400).toBe(!right);
          }
        }),
        runs,
      ),
    ));

  it('topics', () =>
    scene.canaries.during(() =>
      fc.assert(
        fc.asyncProperty(text, async (topic) => {
          const own = sent(topic).startsWith('realtime/');
          const [status, code] = own ? [403, 'forbidden'] : [200, undefined];
          const wanted = isTopic(sent(topic))
            ? { status, ...(code && { code }) }
            : { status: 400, code: 'topic-invalid' };
          expect(await ask('/realtime/events', { topic })).toEqual(wanted);
          // In JSON, what is not well-formed arrives as it is.
          const { status: published } = await post({ topic });
          const right = isTopic(topic) && sent(topic) === topic;
          expect(published).toBe(right ? (own || topic === 'canary' ? 403 : 201) : 400);
        }),
        runs,
      ),
    ));

  it('queries of any form', () =>
    scene.canaries.during(() =>
      fc.assert(
        fc.asyncProperty(
          fc.string({ unit: fc.constantFrom(...'since=topicwait&?;%[]+/0a-'), maxLength: 80 }),
          fc.constantFrom('/orders/1/short', '/state/1/short', '/realtime/events', '/orders/1/stream'),
          async (query, path) => {
            const answer = await send(`${scene.victim.url}${path}?${query}`, {}, { agent });
            expect(isServersFault(answer)).toBe(false);
          },
        ),
        runs,
      ),
    ));

  it('headers of any value', () => {
    const name = fc.constantFrom(
      'Accept',
      'Authorization',
      'Cookie',
      'If-None-Match',
      'Last-Event-ID',
      'Origin',
      'Prefer',
      'Idempotency-Key',
      'X-Forwarded-For',
    );
    const value = fc
      .string({ unit: fc.constantFrom(...'wait=,;"*W/ a1-\t\x80ÿ'), maxLength: 60 })
      .map((v) => v.trim());
    return scene.canaries.during(() =>
      fc.assert(
        fc.asyncProperty(fc.dictionary(name, value), async (headers) => {
          for (const path of ['/orders/1/short', '/state/1/short', '/state/1/long', '/orders/1/stream']) {
            const answer = await ask(path, { since: 'other-1-0', wait: '0' }, headers);
            expect(isServersFault(answer)).toBe(false);
          }
          const { 'Last-Event-ID': _, ...others } = headers;
          const { status } = await post({ topic: 'fuzz/headers' }, others);
          expect([201, 400]).toContain(status);
        }),
        runs,
      ),
    );
  });

  it('messages of any shape, in a body and on a socket', () => {
    const value = fc.oneof(
      text,
      fc.jsonValue({ maxDepth: 3 }),
      fc.constantFrom('fuzz/1', '$live', 'message'),
    );
    const names = ['topic', 'topics', 'type', 'data', 'since', 'idempotencyKey', 'token', '__proto__'];
    const message = fc.oneof(fc.dictionary(fc.constantFrom(...names), value), fc.jsonValue({ maxDepth: 2 }));
    const event = fc.oneof(fc.constantFrom('subscribe', 'unsubscribe', 'publish', 'refresh'), text);
    return scene.canaries.during(async () => {
      using client = await openSocket(scene.victim.url);
      await fc.assert(
        fc.asyncProperty(event, message, async (name, body) => {
          expect(isServersFault(await post(body))).toBe(false);
          // Of the client's own, or an answer.
          if (['connect', 'disconnect', 'connect_error'].includes(name)) return;
          const answer = (await client.ask(name, body)) as { ok: boolean; error?: { code: string } };
          expect(answer.error?.code).not.toBe('internal');
        }),
        runs,
      );
    });
  });
});
