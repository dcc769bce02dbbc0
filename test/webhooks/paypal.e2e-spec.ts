import { generateKeyPairSync } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { paypal } from 'nestjs-realtime';
import { signWebhook } from 'nestjs-realtime/testing';
import { ADAPTERS, type AdapterName } from '../support/app.js';
import { createCertificate, type TestCertificate } from './certificate.js';
import { deliver } from './deliver.js';
import { JSON_TYPE, startHook } from './hooks.js';
import { OperatorLog } from './operator-log.js';

const webhookId = '1JE4291016473214C';
const commonName = 'messageverificationcerts.paypal.com';
const URL_1 = 'https://api.paypal.com/v1/notifications/certs/CERT-1';
const good = createCertificate({ commonName });

const ec = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const FALSE_CERTIFICATES = {
  expired: createCertificate({ commonName, to: new Date(Date.UTC(2021, 0)) }),
  'not valid yet': createCertificate({ commonName, from: new Date(Date.UTC(2110, 0)) }),
  'of another host': createCertificate({ commonName: 'www.paypal.com' }),
  'of another domain': createCertificate({ commonName: 'messageverificationcerts.paypal.com.evil.com' }),
  'with two lines': createCertificate({ commonName: `evil\n${commonName}` }),
  'that is a bare key': {
    pem: ec.publicKey.export({ format: 'pem', type: 'spki' }).toString(),
    privateKey: good.privateKey,
  },
  'that is a page': { pem: '<html></html>', privateKey: good.privateKey },
};

async function start(adapter: AdapterName, certificates: Readonly<Record<string, string>>) {
  const fetched: string[] = [];
  const scheme = paypal({
    webhookId,
    certificate: async (url) => {
      fetched.push(url);
      if (certificates[url] === undefined) throw new Error('404');
      return certificates[url];
    },
  });
  const log = new OperatorLog();
  const app = await startHook(adapter, scheme, log);
  const signed = (body: string, { privateKey }: Pick<TestCertificate, 'privateKey'> = good, url = URL_1) => ({
    ...JSON_TYPE,
    ...signWebhook(scheme, body, { secrets: [privateKey], headers: { 'paypal-cert-url': url } }),
  });
  return Object.assign(app, { fetched, log, signed });
}

describe.each(ADAPTERS)('PayPal, on %s', (adapter) => {
  it('is known by its certificate, which is fetched once', async () => {
    await using app = await start(adapter, { [URL_1]: good.pem });
    for (const id of ['WH-1', 'WH-2']) {
      const body = `{"id":"${id}","event_type":"PAID"}`;
      expect(await deliver(app.hook, body, app.signed(body))).toMatchObject({ status: 200 });
      expect(await app.events.next()).toMatchObject({ id, type: 'PAID', timestamp: expect.any(Date) });
    }
    expect(app.fetched).toEqual([URL_1]);
    const other = signWebhook(paypal({ webhookId: 'OTHER' }), '{}', {
      secrets: [good.privateKey],
      headers: { 'paypal-cert-url': URL_1 },
    });
    expect(await deliver(app.hook, '{}', { ...JSON_TYPE, ...other })).toMatchObject({ status: 401 });
  });

  it('is an event of one id once, though its certificate is changed between', async () => {
    const next = createCertificate({ commonName });
    const url = `${URL_1}b`;
    await using app = await start(adapter, { [URL_1]: good.pem, [url]: next.pem });
    const body = '{"id":"WH-1"}';
    expect(await deliver(app.hook, body, app.signed(body))).toMatchObject({ status: 200 });
    expect(await deliver(app.hook, body, app.signed(body, next, url))).toMatchObject({ status: 200 });
    expect([app.events.size, app.metrics.count('hook', 'duplicate')]).toEqual([1, 1]);
  });

  it('is not whoever has a certificate', async () => {
    const pems = Object.entries(FALSE_CERTIFICATES).map(([name, { pem }]) => [
      `${URL_1}/${encodeURI(name)}`,
      pem,
    ]);
    await using app = await start(adapter, Object.fromEntries(pems) as Record<string, string>);
    for (const [name, certificate] of Object.entries(FALSE_CERTIFICATES)) {
      const headers = app.signed('{}', certificate, `${URL_1}/${encodeURI(name)}`);
      expect([name, (await deliver(app.hook, '{}', headers)).status]).toEqual([name, 401]);
    }
    expect(app.fetched).toHaveLength(7);
    for (const url of ['https://evil.com/cert', 'http://api.paypal.com/cert', `${URL_1}/missing`, 'é']) {
      const headers = app.signed('{}', good, url);
      expect([url, (await deliver(app.hook, '{}', headers)).status]).toEqual([url, 401]);
    }
    expect(app.fetched).toHaveLength(8);
    expect(app.metrics.count('hook', 'secret-unusable')).toBe(11);
    expect(await app.log.next('secret-unusable')).toMatch(/There is no secret to verify it with/);
  });

  it('signs a checksum, which is forged in vain', async () => {
    await using app = await start(adapter, { [URL_1]: good.pem });
    const body = '{"id":"WH-1","amount":1}';
    const headers = app.signed(body);
    expect(await deliver(app.hook, body, headers)).toMatchObject({ status: 200 });
    const forged = forge('{"id":"WH-2","amount":1000}', crc32(body));
    expect([crc32(forged), JSON.parse(forged)]).toEqual([crc32(body), { id: 'WH-2', amount: 1000 }]);
    expect(await deliver(app.hook, forged, headers)).toMatchObject({ status: 200, text: '' });
    expect(await app.events.next()).toMatchObject({ id: 'WH-1' });
    expect([app.events.size, app.metrics.count('hook', 'duplicate')]).toEqual([0, 1]);
  });
});

describe('PayPal needs the id of the webhook', () => {
  it.each([undefined, '', 'a|b', '{body}'])('and not %p', (id) => {
    expect(() => paypal({ webhookId: id as string })).toThrow(/^paypal: the webhookId /);
  });
});

/** The JSON with white space behind it that gives it this CRC-32: a CRC is linear, so that is a set of equations. */
function forge(json: string, wanted: number): string {
  const spaces = Buffer.from(json + ' '.repeat(64));
  const base = crc32(spaces);
  const rows = Array.from({ length: 64 }, (_, place) => {
    const changed = Buffer.from(spaces);
    changed[json.length + place] = 0x09;
    return { crc: (crc32(changed) ^ base) >>> 0, places: 1n << BigInt(place) };
  });
  let rest = { crc: (base ^ wanted) >>> 0, places: 0n };
  for (let bit = 31; bit >= 0; bit--) {
    const has = ({ crc }: { crc: number }) => ((crc >>> bit) & 1) === 1;
    const index = rows.findIndex(has);
    if (index < 0) continue;
    const [pivot] = rows.splice(index, 1);
    const add = (row: { crc: number; places: bigint }) =>
      has(row) ? { crc: (row.crc ^ pivot!.crc) >>> 0, places: row.places ^ pivot!.places } : row;
    rows.splice(0, rows.length, ...rows.map(add));
    rest = add(rest);
  }
  for (let place = 0; place < 64; place++) {
    if ((rest.places >> BigInt(place)) & 1n) spaces[json.length + place] = 0x09;
  }
  return spaces.toString();
}
