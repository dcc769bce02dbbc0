import { request } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { github, standardWebhooks } from 'nestjs-realtime';
import { signWebhook } from 'nestjs-realtime/testing';
import { ADAPTERS } from '../support/app.js';
import { deliver } from './deliver.js';
import { JSON_TYPE, startHook } from './hooks.js';
import { OperatorLog } from './operator-log.js';

const WHSEC = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

describe.each(ADAPTERS)('a webhook refuses, on %s', (adapter) => {
  it('without telling the sender why not, but the operator', async () => {
    const log = new OperatorLog();
    const scheme = standardWebhooks({ secret: WHSEC });
    await using app = await startHook(adapter, scheme, log);
    const stale = signWebhook(scheme, '{}', { timestamp: '1' });
    const answers = [
      await deliver(app.hook, '{}'),
      await deliver(app.hook, '{}', stale),
      await deliver(app.hook, '{"a":1}', signWebhook(scheme, '{}')),
    ];
    const refused = { statusCode: 401, code: 'unauthorized', message: 'The webhook could not be verified.' };
    expect(answers.map(({ body }) => body)).toEqual([refused, refused, refused]);
    const lines = [await log.next('hook:'), await log.next('hook:'), await log.next('hook:')];
    expect(lines).toEqual([
      expect.stringMatching(/^hook: refused \(signature-missing\)\. It has no signature\.$/),
      expect.stringMatching(/^hook: refused \(timestamp-stale\)\. It says that it was sent \d+ s ago\.$/),
      expect.stringMatching(/^hook: refused \(signature-wrong\)\. No signature was made with a secret/),
    ]);
  });

  it('whatever is sent, with a clear 4xx', async () => {
    const now = String(Math.floor(Date.now() / 1000));
    const schemes = { standard: standardWebhooks({ secret: WHSEC }), github: github({ secret: 's' }) };
    await using standard = await startHook(adapter, schemes.standard);
    await using hub = await startHook(adapter, schemes.github);
    const good = signWebhook(schemes.standard, '{}', { id: 'msg_1', timestamp: now });
    const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature } = good;
    const sha = signWebhook(schemes.github, '{}')['x-hub-signature-256']!;
    const signed = (at: string) => signWebhook(schemes.standard, '{}', { timestamp: at });
    for (const [url, headers, status] of [
      [standard.hook, {}, 401],
      [standard.hook, { ...good, 'webhook-signature': '' }, 401],
      [standard.hook, { ...good, 'webhook-signature': 'v1' }, 401],
      [standard.hook, { ...good, 'webhook-signature': 'v1,' }, 401],
      [standard.hook, { ...good, 'webhook-signature': signature!.slice(3) }, 401],
      [standard.hook, { ...good, 'webhook-signature': `v2,${signature!.slice(3)}` }, 401],
      [standard.hook, { ...good, 'webhook-signature': `${signature}=` }, 401],
      [standard.hook, { ...good, 'webhook-signature': signature!.slice(0, -4) }, 401],
      [standard.hook, { ...good, 'webhook-signature': `v1,${'é'.repeat(44)}` }, 401],
      [standard.hook, { ...good, 'webhook-signature': `v1a,${'A'.repeat(86)}==` }, 401],
      [standard.hook, { ...good, 'webhook-signature': 'v1, '.repeat(3000) }, 401],
      [standard.hook, { 'webhook-timestamp': timestamp!, 'webhook-signature': signature! }, 400],
      [standard.hook, { 'webhook-id': id!, 'webhook-signature': signature! }, 400],
      [standard.hook, signed(`${now}xyz`), 400],
      [standard.hook, signed(`-${now}`), 400],
      [standard.hook, signed(`${now}.5`), 400],
      [standard.hook, signed(`0x${now}`), 400],
      [standard.hook, signed(`${now}${now}`), 400],
      [standard.hook, signed('1e9'), 400],
      [standard.hook, signed('NaN'), 400],
      [standard.hook, signed('9999999999999'), 401],
      [hub.hook, { 'x-hub-signature-256': sha }, 400],
      [hub.hook, { 'x-github-delivery': '1', 'x-hub-signature-256': sha.toUpperCase() }, 401],
      [hub.hook, { 'x-github-delivery': '1', 'x-hub-signature-256': sha.slice(7) }, 401],
      [hub.hook, { 'x-github-delivery': '1', 'x-hub-signature-256': `${sha}0` }, 401],
      [hub.hook, { 'x-github-delivery': '1', 'x-hub-signature-256': `${sha}, ${sha}` }, 401],
      [hub.hook, { 'x-github-delivery': '1', 'x-hub-signature-256': `sha256=${'é'.repeat(64)}` }, 401],
    ] as [string, Record<string, string>, number][]) {
      const answer = await deliver(url, '{}', { ...JSON_TYPE, ...headers });
      expect([headers, answer.status]).toEqual([headers, status]);
    }
    expect(await deliver(standard.hook, '{}', good)).toMatchObject({ status: 200 });
    expect((await standard.events.next()).id).toBe('msg_1');
    expect([standard.events.size, hub.events.size]).toEqual([0, 0]);
  });

  it('JSON so deep that it could not be published, and what breaks off', async () => {
    const scheme = github({ secret: 's' });
    const log = new OperatorLog();
    await using app = await startHook(adapter, scheme, log);
    const deep = '['.repeat(400_000) + ']'.repeat(400_000);
    const answer = await deliver(app.hook, deep, { ...JSON_TYPE, ...signWebhook(scheme, deep) });
    expect([answer.status, answer.body]).toEqual([400, expect.objectContaining({ code: 'message-invalid' })]);
    const outgoing = request(app.hook, { method: 'POST', headers: { 'content-length': '100' } });
    outgoing.on('error', () => {}).write('half', () => outgoing.destroy());
    expect(await log.next('hook:')).toBe('hook: refused (malformed). The sender broke off.');
  });

  it('anything at all, and lives on', async () => {
    const scheme = standardWebhooks({ secret: WHSEC });
    await using app = await startHook(adapter, scheme);
    // Every character that a header may have.
    const codes = fc.integer({ min: 0x20, max: 0xff }).filter((code) => code !== 0x7f);
    const text = fc.string({ unit: codes.map((code) => String.fromCharCode(code)) });
    const timestamp = fc.oneof(
      text,
      fc.nat().map(String),
      fc.constant(String(Math.floor(Date.now() / 1000))),
    );
    const headers = fc.record(
      {
        'webhook-id': text,
        'webhook-timestamp': timestamp,
        'webhook-signature': fc.oneof(
          text,
          text.map((signature) => `v1,${signature} v1a,${signature}`),
        ),
        'svix-signature': text,
        'content-type': text,
        'content-encoding': text,
        'x-forwarded-host': text,
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(headers, fc.uint8Array(), async (headers, body) => {
        expect([400, 401]).toContain((await deliver(app.hook, body, headers)).status);
      }),
      { numRuns: 300 },
    );
    expect(await deliver(app.hook, '{}', signWebhook(scheme, '{}'))).toMatchObject({ status: 200 });
    expect(app.events.size).toBe(1);
  });
});
