import { describe, expect, it } from '@jest/globals';
import { ADAPTERS } from './support/app.js';
import { beside, UNDISTURBED } from './support/bystander.js';
import { joinRaw, openRaw } from './support/raw-socket.js';

/** A frame of a client, masked with zeros. */
function frame(first: number, payload: Buffer | string, mask = 0x80): Buffer {
  const bytes = Buffer.from(payload);
  return Buffer.concat([Buffer.from([first, mask | bytes.length]), Buffer.alloc(mask ? 4 : 0), bytes]);
}

const TEXT = 0x81;

describe.each(ADAPTERS)('hostile bytes on a socket beside %s', (adapter) => {
  it.each([
    ['no packet of Engine.IO', frame(TEXT, '9')],
    ['an empty frame', frame(TEXT, '')],
    ['a ping of the client', frame(TEXT, '2')],
    ['no packet of socket.io', frame(TEXT, '4x')],
    ['an empty message', frame(TEXT, '4')],
    ['half of JSON', frame(TEXT, '42/realtime,["subscribe",{')],
    ['no JSON', frame(TEXT, '42/realtime,["subscribe",NaN]')],
    ['JSON that is no message', frame(TEXT, '42/realtime,{}')],
    ['a reserved name', frame(TEXT, '42/realtime,["disconnect"]')],
    ['a namespace it is not in', frame(TEXT, '42/other,["a"]')],
    ['a connect error', frame(TEXT, '44/realtime,"x"')],
    ['a binary frame out of the blue', frame(0x82, 'x')],
    ['too many attachments', frame(TEXT, '4599-/realtime,["a"]')],
    [
      'text where an attachment is due',
      Buffer.concat([frame(TEXT, '451-/realtime,["a"]'), frame(TEXT, '41')]),
    ],
    ['a frame without a mask', frame(TEXT, 'x', 0)],
    ['an unknown opcode', frame(0x83, 'x')],
    ['a reserved bit', frame(0xc1, 'x')],
    ['a continuation of nothing', frame(0x80, 'x')],
    ['bytes that are not UTF-8', frame(TEXT, Buffer.from([0xc3, 0x28]))],
    [
      'a frame of 4 EiB',
      Buffer.from([TEXT, 0xff, 0x3f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]),
    ],
    ['a frame above the limits', Buffer.from([TEXT, 0xff, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0])],
    [
      'endless fragments',
      Buffer.concat([frame(0x01, 'x'), ...Array.from({ length: 20_000 }, () => frame(0, 'x'))]),
    ],
    ['a closing frame of one byte', frame(0x88, 'x')],
  ])('(%s) end the connection, and no other', async (_, bytes) => {
    const story = await beside({ adapter }, async ({ url }) => {
      using client = await joinRaw(url);
      client.tcp.write(bytes);
      await client.closed;
      using early = await openRaw(url);
      early.tcp.write(bytes);
      await early.closed;
    });
    expect(story).toEqual(UNDISTURBED);
  });

  it('with an attachment are an error, and the end', async () => {
    const story = await beside({ adapter }, async ({ url, bus }) => {
      using client = await joinRaw(url);
      client.send('451-/realtime,["publish",{"topic":"chat/1","data":{"_placeholder":true,"num":0}}]');
      client.send(Buffer.from('x'));
      expect(await client.frames.next()).toBe(
        '42/realtime,["error",{"code":"message-invalid","message":"A message is text."}]',
      );
      await client.closed;
      expect(await bus.latest('chat/1')).toBeUndefined();
    });
    expect(story).toEqual(UNDISTURBED);
  });
});
