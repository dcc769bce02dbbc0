import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, expect, it } from '@jest/globals';
import {
  WebhookSender,
  type WebhookSenderOptions,
} from '../../libs/realtime/src/webhooks/outbound/webhook-sender.js';
import { Inbox } from '../support/inbox.js';
import { turns } from '../support/turns.js';
import { startPeer, startReceiver } from './outbound-peers.js';

const KIB = 1024;
const OK = 'HTTP/1.1 200 OK\r\n';
const senders: WebhookSender[] = [];

function createSender(options: Partial<WebhookSenderOptions> = {}) {
  const sender = new WebhookSender({ allowAddresses: ['127.0.0.0/8'], timeoutMs: 10_000, ...options });
  senders.push(sender);
  return (url: string, signal?: AbortSignal) => {
    const exchange = sender.post(url, {}, '{}');
    signal?.addEventListener('abort', () => exchange.abort(signal.reason as Error));
    return exchange.answer;
  };
}

afterEach(async () => {
  await Promise.all(senders.splice(0).map((sender) => sender.close()));
});

/** Writes for as long as it is let, and then says how many bytes the other side took. */
function flood(socket: Socket, chunk: string, taken: Inbox<number>): void {
  const write = () => {
    while (!socket.destroyed && socket.write(chunk));
  };
  socket.on('drain', write);
  socket.once('close', () => taken.push(socket.bytesWritten - socket.writableLength));
  write();
}

it('ends at its time when nobody answers the handshake', async () => {
  await using peer = await startPeer(() => {});
  const post = createSender({ connectMs: 50 });
  await expect(post(peer.url.replace('http:', 'https:'))).rejects.toThrow('Connect Timeout');
});

it('ends at its time when a name does not resolve', async () => {
  const post = createSender({ connectMs: 50, resolve: () => new Promise(() => {}) });
  await expect(post('http://slow.test/')).rejects.toThrow('Connect Timeout');
});

it.each([
  ['no headers', () => {}],
  ['half the headers', (socket: Socket) => socket.write(OK)],
  ['half the body', (socket: Socket) => socket.write(`${OK}content-length: 10\r\n\r\nhalf`)],
])('ends at its time when the answer is %s', async (_, behave) => {
  await using peer = await startPeer(behave);
  await expect(createSender({ timeoutMs: 50 })(peer.url)).rejects.toThrow('no complete answer within 0.05 s');
});

it.each([
  ['drips', `${OK}content-length: 1000000\r\n\r\n`, 'x'],
  ['never comes to the point', '', 'HTTP/1.1 103 Early Hints\r\n\r\n'],
])('ends at its time when the answer %s', async (_, start, drop) => {
  const ended = new Inbox<void>();
  await using peer = await startPeer((socket) => {
    socket.write(start);
    const timer = setInterval(() => socket.write(drop), 5);
    socket.once('close', () => {
      clearInterval(timer);
      ended.push();
    });
  });
  await expect(createSender({ timeoutMs: 100 })(peer.url)).rejects.toThrow('no complete answer');
  await ended.next();
});

it('takes a 200 that comes too late for no answer', async () => {
  const late = new Inbox<string>();
  await using peer = await startPeer((socket) => {
    socket.once('close', () =>
      socket.write(`${OK}content-length: 0\r\n\r\n`, (error) => late.push(String(error))),
    );
  });
  // Long enough to be asked within it.
  await expect(createSender({ timeoutMs: 2_000 })(peer.url)).rejects.toThrow('no complete answer');
  expect(await late.next()).toContain('Error');
});

it('takes the start of a body that does not end', async () => {
  const taken = new Inbox<number>();
  await using peer = await startPeer((socket) => {
    socket.write(`${OK}content-length: ${KIB ** 3}\r\n\r\n`);
    flood(socket, 'x'.repeat(KIB), taken);
  });
  expect(await createSender()(peer.url)).toMatchObject({ status: 200, body: 'x'.repeat(512) });
  // What was on the way is in buffers of the two kernels.
  expect(await taken.next()).toBeLessThan(16 * KIB * KIB);
});

it.each([
  ['headers', OK, `x-flood: ${'x'.repeat(100)}\r\n`, 'Headers Overflow'],
  ['one header', `${OK}x-flood: `, 'x'.repeat(100), 'Headers Overflow'],
  ['trailers', `${OK}transfer-encoding: chunked\r\n\r\n0\r\n`, `x-flood: ${'x'.repeat(100)}\r\n`, 'Overflow'],
  ['a status line', 'HTTP/1.1 200 ', 'x'.repeat(100), 'no complete answer'],
])('refuses %s without end', async (_, start, chunk, message) => {
  const taken = new Inbox<number>();
  await using peer = await startPeer((socket) => {
    socket.write(start);
    flood(socket, chunk, taken);
  });
  await expect(createSender({ timeoutMs: 1_000 })(peer.url)).rejects.toThrow(message);
  await taken.next();
});

it('refuses more lines of headers than anybody sends, however short', async () => {
  const answers = [90, 90, 100].map((count) => ({
    status: 200,
    headers: Object.fromEntries(Array.from({ length: count }, (_, index) => [`a${index}`, ''])),
  }));
  await using receiver = await startReceiver('127.0.0.1', ...answers);
  const post = createSender();
  expect(await post(receiver.url)).toMatchObject({ status: 200 });
  await turns();
  // Over the same connection.
  expect(await post(receiver.url)).toMatchObject({ status: 200 });
  await turns();
  await expect(post(receiver.url)).rejects.toThrow('more than 100 lines of headers');
  expect(receiver.connections()).toBe(1);
});

it('takes the start of a body that has many lines, and of one with many trailers', async () => {
  const page = '<p>\n'.repeat(1_000);
  await using body = await startPeer((socket) =>
    socket.write(`${OK}content-length: ${page.length}\r\n\r\n${page}`),
  );
  expect(await createSender()(body.url)).toMatchObject({ status: 200, body: page.slice(0, 4 * 97) });
  await using trailers = await startPeer((socket) =>
    socket.write(`${OK}transfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n${'a:b\r\n'.repeat(1_000)}`),
  );
  expect(await createSender()(trailers.url)).toMatchObject({ status: 200, body: 'ok' });
});

it('decompresses nothing', async () => {
  const bomb = gzipSync(Buffer.alloc(10 * KIB * KIB));
  await using peer = await startPeer((socket) => {
    socket.write(`${OK}content-encoding: gzip\r\ncontent-length: ${bomb.length}\r\n\r\n`);
    socket.write(bomb);
  });
  const { body } = await createSender()(peer.url);
  expect(body).toBe(bomb.toString('utf8', 0, 2_048).slice(0, 512));
});

it.each([
  ['before', ''],
  ['within', `${OK}content-length: 10\r\n\r\nhalf`],
])('fails when the connection is reset %s the answer', async (_, start) => {
  await using peer = await startPeer((socket) => {
    if (start === '') socket.resetAndDestroy();
    else socket.write(start, () => socket.resetAndDestroy());
  });
  await expect(createSender()(peer.url)).rejects.toThrow(/ECONNRESET|other side closed/);
});

it('ends when the application does', async () => {
  const begun = new Inbox<void>();
  await using peer = await startPeer(() => begun.push());
  const shutdown = new AbortController();
  const posted = createSender()(peer.url, shutdown.signal);
  await begun.next();
  shutdown.abort(new Error('shutting down'));
  await expect(posted).rejects.toThrow('shutting down');
});

it.each([
  ['120', 120_000],
  ['Fri, 31 Dec 1999 23:59:59 GMT', 0],
  ['soon', undefined],
  ['-1', 0],
])('reads Retry-After: %s', async (header, expected) => {
  await using peer = await startPeer((socket) =>
    socket.write(`HTTP/1.1 503 Busy\r\nretry-after: ${header}\r\ncontent-length: 0\r\n\r\n`),
  );
  expect((await createSender()(peer.url)).retryAfterMs).toEqual(expected);
});
