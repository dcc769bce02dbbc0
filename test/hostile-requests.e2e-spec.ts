import { randomBytes } from 'node:crypto';
import { expect, it } from '@jest/globals';
import { open, send, statusOf, talk } from './support/victim/talk.js';
import { expectPeace, type Scene, underAttack } from './support/victim/under-attack.js';

const PATHS = [
  '/orders/1/short',
  '/orders/1/long',
  '/orders/1/stream',
  '/state/1/stream',
  '/realtime/events?topic=a',
  '/realtime/socket.io/?EIO=4&transport=websocket',
  '/hook',
] as const;

const get = (path: string, headers = '') => `GET ${path} HTTP/1.1\r\nHost: a\r\n${headers}\r\n`;
const STREAM = 'Accept: text/event-stream\r\n';

/** What no HTTP server has to understand. */
const NO_HTTP = [
  '\r\n\r\n\r\n\r\nX\r\n\r\n',
  'GET\r\n\r\n',
  'GET /\r\n\r\n',
  'GET / HTTP/9.9\r\n\r\n',
  'GET / HTTQ/1.1\r\n\r\n',
  'FOO /orders/1/short HTTP/1.1\r\nHost: a\r\n\r\n',
  'get /orders/1/short HTTP/1.1\r\nHost: a\r\n\r\n',
  'GET /orders/1/short HTTP/1.1\r\n\r\n',
  'GET /orders/1/short HTTP/1.1\r\nHost a\r\n\r\n',
  'GET /orders/1/short HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n',
  'GET /orders/1/short HTTP/1.1\r\nHost: a\r\n: x\r\n\r\n',
  'GET /orders/1/short HTTP/1.1\r\nHost: a\r\nX : y\r\n\r\n',
  'GET /orders/1/short\x80 HTTP/1.1\r\nHost: a\r\n\r\n',
  'GET /orders/1/ short HTTP/1.1\r\nHost: a\r\n\r\n',
  `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: a\r\n\r\n`,
  `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
  `GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${'X: y\r\n'.repeat(2_000)}\r\n`,
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
  '\x05\x01\x00',
];

/** Well-formed, and not what the routes are for. */
const OTHER_METHODS = ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND', 'M-SEARCH'];

async function talkAll(
  { victim, canaries }: Scene,
  attacks: readonly (string | Buffer)[],
): Promise<string[]> {
  return canaries.during(() => Promise.all(attacks.map((bytes) => talk(victim.port, bytes))));
}

underAttack('hostile requests', (scene) => {
  it('bytes that are no HTTP', async () => {
    const said = await talkAll(
      scene,
      NO_HTTP.map((text) => Buffer.from(text, 'latin1')),
    );
    expect(said.map(statusOf).filter((status) => status < 400 || status >= 500)).toEqual([]);
    const { victim, canaries } = scene;
    const noise = await canaries.during(() =>
      Promise.all(
        Array.from({ length: 200 }, (_, index) => talk(victim.port, randomBytes(index * 50), true)),
      ),
    );
    expect(noise.map(statusOf).filter((status) => status >= 500 || status === 200)).toEqual([]);
  });

  it('other methods', async () => {
    const { victim, canaries } = scene;
    const answers = await canaries.during(() =>
      Promise.all(
        PATHS.flatMap((path) =>
          OTHER_METHODS.filter((method) => method !== 'POST' || !/events|hook/.test(path)).map((method) =>
            send(victim.url + path, { Connection: 'close' }, { method }),
          ),
        ),
      ),
    );
    expect(answers.map(({ status }) => status).filter((status) => status < 400 || status >= 500)).toEqual([]);
    const tunnel = await talkAll(scene, ['CONNECT evil.example:443 HTTP/1.1\r\nHost: a\r\n\r\n']);
    expect(tunnel.filter((said) => said.includes(' 200 '))).toEqual([]);
  });

  it('upgrades to something else', async () => {
    const upgrades = ['h2c', 'websocket', 'TLS/1.0', 'x'.repeat(1_000), 'websocket, h2c'];
    const paths = PATHS.filter((path) => !path.includes('stream'));
    const said = await talkAll(
      scene,
      paths.flatMap((path) =>
        upgrades.map((protocol) => get(path, `Connection: Upgrade, close\r\nUpgrade: ${protocol}\r\n`)),
      ),
    );
    const statuses = said.map(statusOf);
    expect(statuses.filter((status) => ![200, 400, 404].includes(status))).toEqual([]);
    // Behind a question that is not answered yet.
    const long = get('/orders/1/long?since=earliest&wait=55');
    const behind = await talkAll(
      scene,
      paths.map((path) => long + get(path, 'Connection: Upgrade\r\nUpgrade: websocket\r\n')),
    );
    expect(behind.filter((answer) => answer.includes('HTTP/1.1 101'))).toEqual([]);
  });

  it('many questions in one breath, of which the first is never answered in full', async () => {
    const { victim, canaries } = scene;
    const attacks = PATHS.map((path) => get(path, STREAM)).concat(
      get('/orders/1/long?since=earliest&wait=50'),
    );
    await canaries.during(async () => {
      const sockets = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          open(victim.port, get('/orders/1/stream') + attacks[index % attacks.length]!.repeat(200)),
        ),
      );
      for (let index = 0; index < 50; index++) await canaries.sing();
      // Each connection holds the one that is its turn, and few behind it.
      expect((await victim.census()).connections).toBeLessThan(sockets.length * 17 + 4);
      for (const socket of sockets) socket.destroy();
    });
    await expectPeace(scene);
  });

  it('thousands of questions in one breath', async () => {
    const last = get('/orders/1/short', 'Connection: close\r\n');
    const [said = ''] = await talkAll(scene, [get('/orders/1/short').repeat(3_000) + last]);
    expect(said.split('HTTP/1.1 200 OK')).toHaveLength(3_002);
  });

  it('questions that are never finished', async () => {
    const { victim, canaries } = scene;
    await canaries.during(async () => {
      const whole = get('/realtime/events?topic=a', `${STREAM}X-Long: ${'x'.repeat(400)}\r\n`);
      const sockets = await Promise.all(
        Array.from({ length: 300 }, (_, index) => open(victim.port, whole.slice(0, index % whole.length))),
      );
      await canaries.sing();
      for (const socket of sockets) socket.write('x');
      await canaries.sing();
      for (const socket of sockets) socket.destroy();
    });
    await expectPeace(scene);
  });

  it('clients that are gone before they are answered', async () => {
    const { victim, canaries } = scene;
    await canaries.during(async () => {
      for (let round = 0; round < 10; round++) {
        const sockets = await Promise.all(
          PATHS.flatMap((path) => [get(path), get(path, STREAM), get(path, 'Connection: close\r\n')]).map(
            (bytes) => open(victim.port, bytes),
          ),
        );
        for (const [index, socket] of sockets.entries()) {
          if (index % 2 === 0) socket.resetAndDestroy();
          else socket.destroySoon();
        }
      }
    });
    await expectPeace(scene);
  });
});
