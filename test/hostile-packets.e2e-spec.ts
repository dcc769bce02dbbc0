import { randomBytes } from 'node:crypto';
import { expect, it } from '@jest/globals';
import { BareSocket, frame } from './support/victim/frames.js';
import { expectPeace, type Scene, underAttack } from './support/victim/under-attack.js';

const TEXT = 0x81;
const BINARY = 0x82;
const subscribe = (id: number) => `42/realtime,${id}["subscribe",{"topics":["a"]}]`;

/** Text that is no packet of Engine.IO or socket.io, or none that a client may send. */
const BAD_PACKETS: readonly string[] = [
  '',
  'x',
  '9',
  '1',
  '2',
  '2probe',
  '5',
  '0{"sid":"x"}',
  '4',
  '4x',
  '47',
  '49/realtime,',
  '42',
  '42/realtime',
  '42/realtime,',
  '42/realtime,[',
  '42/realtime,{}',
  '42/realtime,"subscribe"',
  '42/realtime,[]',
  '42/realtime,[null]',
  '42/realtime,[{}]',
  '42/realtime,[["subscribe"]]',
  '42/realtime,["connect"]',
  '42/realtime,["disconnect"]',
  '42/realtime,["newListener",{}]',
  '42/realtime,["removeListener"]',
  '42/other,["subscribe",{}]',
  '42["subscribe",{}]',
  '43/realtime,1',
  '43/realtime,x[]',
  '44/realtime,{"message":"x"}',
  '45/realtime,["x"]',
  '45x-/realtime,["x"]',
  '45-1-/realtime,["x"]',
  '4599999999999-/realtime,["x"]',
  '451-/realtime,["publish",{"_placeholder":true,"num":9}]',
  '461-/realtime,1[]',
  '40',
  '40/other,',
  '40/realtime,[',
  '40/realtime,',
  '41/realtime,',
  `42/realtime,${'9'.repeat(1_000)}["subscribe",{}]`,
  `42/${'realtime/'.repeat(2_000)},["subscribe",{}]`,
  `42/realtime,1${'['.repeat(60_000)}`,
  `42/realtime,1["subscribe",${'{"a":'.repeat(10_000)}`,
];

const FLOODS: Readonly<Record<string, (number: number) => Buffer>> = {
  pings: () => frame(0x89, Buffer.from('ping')),
  'other namespaces': () => frame(TEXT, Buffer.from('40/other,')),
  subscriptions: (number) => frame(TEXT, Buffer.from(subscribe(number))),
  questions: (number) => frame(TEXT, Buffer.from(`42/realtime,${number}["unsubscribe",{"topics":["a"]}]`)),
  nonsense: () => frame(TEXT, Buffer.from('42/realtime,["nonsense",{}]')),
};

/** Sends each over a socket of its own, and leaves if the server lets it live. */
async function sendEach(
  { victim, canaries }: Scene,
  attacks: readonly Buffer[],
  join: boolean,
): Promise<void> {
  await canaries.during(() =>
    Promise.all(
      attacks.map(async (bytes) => {
        const socket = await BareSocket.open(victim.port, { join });
        socket.write(bytes);
        // An ordinary message behind it.
        socket.text(subscribe(1));
        await canaries.sing();
        socket.tcp.destroy();
        await socket.closed;
      }),
    ),
  );
}

underAttack('hostile packets', (scene) => {
  it.each([true, false])('packets that are none, in the namespace: %s', async (join) => {
    await sendEach(
      scene,
      BAD_PACKETS.map((packet) => frame(TEXT, Buffer.from(packet))),
      join,
    );
    await expectPeace(scene);
  });

  it('binary where text is expected, and attachments that never come, or come unasked', async () => {
    const attachments = [
      frame(BINARY, randomBytes(1_000)),
      frame(BINARY, Buffer.alloc(0)),
      Buffer.concat([
        frame(TEXT, Buffer.from('451-/realtime,["publish",{"_placeholder":true,"num":0}]')),
        frame(BINARY, randomBytes(100)),
      ]),
      Buffer.concat([
        frame(TEXT, Buffer.from('451-/realtime,["publish",{"_placeholder":true,"num":0}]')),
        frame(TEXT, Buffer.from(subscribe(2))),
      ]),
    ];
    await sendEach(scene, attachments, true);
    await expectPeace(scene);
  });

  it('a message without a name is answered with what is wrong', async () => {
    const { victim, canaries } = scene;
    await canaries.during(async () => {
      const socket = await BareSocket.open(victim.port);
      socket.text('42/realtime,7');
      await socket.hears('43/realtime,7[{"ok":false,"error":{"code":"message-invalid"');
      socket.text('42/realtime,');
      await socket.hears('42/realtime,["error",{"code":"message-invalid"');
      socket.tcp.destroy();
    });
    await expectPeace(scene);
  });

  it('a handshake with the id of another connection does not take it over', async () => {
    const { victim, canaries } = scene;
    await canaries.during(async () => {
      const first = await BareSocket.open(victim.port);
      const [, sid = ''] = /0\{"sid":"([^"]+)"/.exec(first.said) ?? [];
      await expect(BareSocket.open(victim.port, { query: `&sid=${sid}` })).rejects.toThrow('400');
      await expect(BareSocket.open(victim.port, { query: '&sid=x' })).rejects.toThrow('400');
      first.text(subscribe(7));
      await first.hears('43/realtime,7[{"ok":true');
      first.tcp.destroy();
    });
  });

  it('handshakes of another kind', async () => {
    const { victim, canaries } = scene;
    await canaries.during(async () => {
      for (const query of [
        '&EIO=3',
        '&transport=polling',
        '&transport=x',
        '&transport[]=y',
        '&sid[]=',
        '&EIO',
      ]) {
        const opening = BareSocket.open(victim.port, { query });
        await opening.then(
          ({ tcp }) => tcp.destroy(),
          (error: Error) => expect(error.message).toContain('400'),
        );
      }
    });
  });

  it('thousands of everything on one connection', async () => {
    const { victim, canaries } = scene;
    await canaries.during(() =>
      Promise.all(
        Object.values(FLOODS).map(async (packet) => {
          const socket = await BareSocket.open(victim.port);
          for (let number = 0; number < 3_000; number++) socket.write(packet(number));
          for (let song = 0; song < 20; song++) await canaries.sing();
          socket.tcp.resetAndDestroy();
        }),
      ),
    );
    await expectPeace(scene);
  });

  it.each(Object.keys(FLOODS))('%s without end, by a client that reads no answer', async (kind) => {
    const { victim, canaries } = scene;
    await canaries.during(async () => {
      const { tcp } = await BareSocket.open(victim.port);
      tcp.pause();
      const batch = Buffer.concat(Array.from({ length: 5_000 }, (_, number) => FLOODS[kind]!(number)));
      // It is cut off, or not read from any more.
      const isOver = () => tcp.destroyed || tcp.writableLength > 4_000_000;
      for (let said = 0; said < 60_000_000 && !isOver(); said += batch.length) {
        tcp.write(batch);
        await canaries.sing();
      }
      expect(isOver()).toBe(true);
      tcp.destroy();
    });
    await expectPeace(scene);
  });

  it('hundreds that come and say nothing, or leave and come back', async () => {
    const { victim, canaries } = scene;
    await canaries.during(async () => {
      const silent = await Promise.all(
        Array.from({ length: 200 }, (_, index) => BareSocket.open(victim.port, { join: index % 2 === 0 })),
      );
      for (const socket of silent.slice(0, 100)) socket.text('41/realtime,');
      for (const socket of silent.slice(0, 100)) socket.text('40/realtime,');
      await canaries.sing();
      for (const socket of silent) socket.tcp.destroy();
    });
    await expectPeace(scene);
  });
});
