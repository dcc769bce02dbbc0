import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { expect, it } from '@jest/globals';
import { dnsResolve } from '../../libs/realtime/src/webhooks/outbound/resolve.js';
import { Inbox } from '../support/inbox.js';

const A = 1;
const AAAA = 28;
const NAME_ERROR = 3;

/** A name server (RFC 1035) that knows these addresses, as bytes, by the type of the question. */
async function startNameServer(known: Readonly<Record<string, Readonly<Record<number, number[][]>>>>) {
  const asked = new Inbox<string>();
  const server = createSocket('udp4', (query, { port, address }) => {
    const end = query.indexOf(0, 12);
    const question = query.subarray(12, end + 5);
    const name = query
      .toString('latin1', 13, end)
      .replace(/[\u0001-\u001f]/g, '.')
      .toLowerCase();
    asked.push(name);
    const entry = known[name];
    const records = entry?.[query.readUInt16BE(end + 1)] ?? [];
    const header = Buffer.from([
      query[0]!,
      query[1]!,
      0x81,
      0x80 | (entry ? 0 : NAME_ERROR),
      0,
      1,
      0,
      0,
      0,
      0,
      0,
      0,
    ]);
    header.writeUInt16BE(records.length, 6);
    const answers = records.map((bytes) =>
      Buffer.from([0xc0, 12, 0, bytes.length === 4 ? A : AAAA, 0, 1, 0, 0, 0, 0, 0, bytes.length, ...bytes]),
    );
    server.send(Buffer.concat([header, question, ...answers]), port, address);
  });
  server.bind(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${server.address().port}`,
    asked,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => void server.close(resolve)),
  };
}

const V6 = [0x26, 0x06, 0x47, 0, ...Array.from({ length: 12 }, () => 1)];

it('gives all addresses of a name, of both families', async () => {
  await using server = await startNameServer({
    'both.test': {
      [A]: [
        [8, 8, 8, 8],
        [10, 0, 0, 1],
      ],
      [AAAA]: [V6],
    },
    'four.test': { [A]: [[8, 8, 4, 4]] },
    'none.test': {},
  });
  const resolve = dnsResolve([server.address]);
  const found = await resolve('both.test');
  expect(found.map(({ address }) => address).toSorted()).toEqual([
    '10.0.0.1',
    '2606:4700:101:101:101:101:101:101',
    '8.8.8.8',
  ]);
  expect(found.map(({ family }) => family)).toEqual([4, 4, 6]);
  expect(await resolve('four.test')).toEqual([{ address: '8.8.4.4', family: 4 }]);
  await expect(resolve('none.test')).rejects.toThrow('ENODATA');
  await expect(resolve('unknown.test')).rejects.toThrow('ENOTFOUND');
});

it('asks nobody where localhost is', async () => {
  await using server = await startNameServer({});
  const resolve = dnsResolve([server.address]);
  for (const name of ['localhost', 'LOCALHOST.', 'a.localhost']) {
    expect((await resolve(name)).map(({ address }) => address)).toEqual(['127.0.0.1', '::1']);
  }
  await expect(resolve('sentinel.test')).rejects.toThrow('ENOTFOUND');
  expect(new Set(server.asked.drain())).toEqual(new Set(['sentinel.test']));
});
