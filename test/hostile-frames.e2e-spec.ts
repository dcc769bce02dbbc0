import { randomBytes } from 'node:crypto';
import { expect, it } from '@jest/globals';
import { BareSocket, frame } from './support/victim/frames.js';
import { underAttack } from './support/victim/under-attack.js';

const TEXT = 0x81;
/** The first byte of a closing frame; nothing else that is said here has it. */
const CLOSE = '\x88';
const subscribe = (id: number) => `42/realtime,${id}["subscribe",{"topics":["a"]}]`;

/** Bytes that are no frame of a client's. */
const BAD_FRAMES: readonly (readonly [string, Buffer])[] = [
  ['noise', Buffer.concat([Buffer.from([0xff]), randomBytes(5_000)])],
  ['HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: a\r\n\r\n')],
  ['a frame that is not masked', Buffer.concat([Buffer.from([TEXT, 1]), Buffer.from('2')])],
  ['reserved bits', frame(0xf1, Buffer.from('2'))],
  ['a compressed frame, where nothing was agreed', frame(0xc1, Buffer.from('2'))],
  ['a reserved opcode', frame(0x83, Buffer.from('2'))],
  ['a control frame in parts', frame(0x09, Buffer.from('ping'))],
  ['a control frame that is too long', frame(0x89, Buffer.alloc(126))],
  ['a part of nothing', frame(0x80, Buffer.from('2'))],
  [
    'a new message in the middle of one',
    Buffer.concat([frame(0x01, Buffer.from('4')), frame(TEXT, Buffer.from('2'))]),
  ],
  ['text that is no UTF-8', frame(TEXT, Buffer.from([0x34, 0xff, 0xfe]))],
  ['a closing code that is none', frame(0x88, Buffer.from([0, 1]))],
  ['a closing of one byte', frame(0x88, Buffer.from([3]))],
  [
    'a length that nobody has',
    Buffer.from([TEXT, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]),
  ],
  ['a length beyond the limit', Buffer.from([TEXT, 0xff, 0, 0, 0, 0, 0x10, 0, 0, 0, 1, 2, 3, 4])],
  ['a message beyond the limit', frame(TEXT, Buffer.alloc(100_000, '4'))],
  [
    'parts beyond the limit',
    Buffer.concat(Array.from({ length: 100 }, (_, n) => frame(n ? 0x00 : 0x01, Buffer.alloc(1_000, '4')))),
  ],
];

underAttack('hostile frames', (scene) => {
  it.each(BAD_FRAMES)('%s: the connection is closed', async (_, bytes) => {
    const { victim, canaries } = scene;
    await canaries.during(async () => {
      const socket = await BareSocket.open(victim.port);
      socket.write(bytes);
      socket.text(subscribe(1));
      await socket.hears(CLOSE);
      socket.tcp.end();
      await socket.closed;
      expect(socket.said).not.toContain('"ok":true');
    });
  });
});
