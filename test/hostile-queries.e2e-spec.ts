import { expect, it } from '@jest/globals';
import { all, sendAll, withParameter } from './support/victim/send-all.js';
import { send, statusOf, talk } from './support/victim/talk.js';
import { underAttack } from './support/victim/under-attack.js';

const STATE_POLLS = ['/state/1/short', '/state/1/long'];

const BAD_WAITS = [
  '',
  'x',
  '-1',
  '1e9',
  '0x10',
  '1,5',
  ' 1',
  '1 ',
  '+1',
  '1.',
  '.5',
  '9999999',
  'Infinity',
  'NaN',
];

const BAD_TOPICS = [
  '',
  '/',
  '//',
  '/a',
  'a/',
  'a//b',
  '*',
  '**',
  'a/*',
  'a/**/b',
  '\0',
  'a\0',
  'a\nb',
  'a\r\nb',
  '\u001b[2J',
  '\u007f',
  '\u0085',
  '\u2028',
  'x'.repeat(257),
  '漢'.repeat(86),
  'x'.repeat(10_000),
];

underAttack('hostile queries', (scene) => {
  it.each([...STATE_POLLS, '/orders/1/short', '/orders/1/long', '/realtime/events?topic=a'])(
    'a wait that is no time, at %s',
    async (route) => {
      const paths = BAD_WAITS.map((wait) => withParameter(route, 'wait', wait));
      expect(await sendAll(scene, paths)).toEqual(all(paths.length, { status: 400, code: 'query-invalid' }));
    },
  );

  it('a Prefer that is nonsense is no preference', async () => {
    const { victim, canaries } = scene;
    const preferences = [
      'wait',
      'wait=',
      'wait=-1',
      'wait=x',
      'wait=1e9',
      ',,,,',
      'wait=99999999',
      ' wait = "',
      'é',
    ];
    const long = [`wait=${' '.repeat(12_000)}`, `${', '.repeat(6_000)}wait=x`, 'wait'.repeat(3_000)];
    const answers = await canaries.during(() =>
      Promise.all(
        [...preferences, ...long].map((prefer) => send(`${victim.url}/orders/1/short`, { Prefer: prefer })),
      ),
    );
    expect(answers).toEqual(all(answers.length, { status: 200 }));
  });

  it('an If-None-Match that is nonsense matches nothing', async () => {
    const { victim, canaries } = scene;
    const tags = [
      '"',
      '"""',
      'W/',
      '""',
      'x',
      '\xff',
      `"${'x'.repeat(12_000)}`,
      '"a",'.repeat(3_000),
      ' *x ',
    ];
    const answers = await canaries.during(() =>
      Promise.all(
        STATE_POLLS.flatMap((route) => tags.map((tag) => send(victim.url + route, { 'If-None-Match': tag }))),
      ),
    );
    expect(answers).toEqual(all(answers.length, { status: 200 }));
  });

  it('topics that are none', async () => {
    const hub = BAD_TOPICS.map((topic) => withParameter('/realtime/events', 'topic', topic));
    expect(await sendAll(scene, hub)).toEqual(all(hub.length, { status: 400, code: 'topic-invalid' }));
    const hidden = hub.map((path) => `${path}&topic=a`);
    expect(await sendAll(scene, hidden)).toEqual(all(hub.length, { status: 400, code: 'topic-invalid' }));
    const none = ['/realtime/events', '/realtime/events?topic[]=a', '/realtime/events?topics=a'];
    expect(await sendAll(scene, none)).toEqual(all(none.length, { status: 400, code: 'query-invalid' }));
  });

  it('topics that are too many, or not for clients', async () => {
    const topics = (count: number) =>
      Array.from({ length: count }, (_, index) => `topic=t${index}`).join('&');
    const paths = [`/realtime/events?${topics(101)}`, `/realtime/events?${topics(1_000)}`];
    expect(await sendAll(scene, paths)).toEqual(all(2, { status: 429, code: 'too-many-topics' }));
    const own = ['realtime/revocations', 'realtime/x'].map((topic) => `/realtime/events?topic=${topic}`);
    expect(await sendAll(scene, own)).toEqual(all(2, { status: 403, code: 'forbidden' }));
    expect(await sendAll(scene, [`/realtime/events?${'topic=a&'.repeat(1_500)}`])).toEqual([{ status: 200 }]);
  });

  it('paths that reach for another topic stay within their segment, or are refused', async () => {
    const ids = [
      '%2e%2e%2fadmin',
      '..%2f..',
      '*',
      '**',
      '%2A%2A',
      '%00',
      '%0d%0a',
      '%E2%80%A8',
      'a%2Fb%2Fc',
      '💥',
      '%',
      '%ZZ',
      '%C0%AF',
      '%ED%A0%80',
      'x'.repeat(99),
    ];
    const paths = ids.flatMap((id) =>
      ['short', 'long'].flatMap((way) => [`/orders/${id}/${way}`, `/state/${id}/${way}`]),
    );
    const raw = await scene.canaries.during(() =>
      Promise.all(
        paths.map(async (path) => {
          const said = await talk(
            scene.victim.port,
            `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
          );
          return [path, statusOf(said)];
        }),
      ),
    );
    expect(raw.filter(([, status]) => ![200, 400, 404].includes(Number(status)))).toEqual([]);
    const long = ['x'.repeat(300), '漢'.repeat(90)].map((id) => `/orders/${encodeURIComponent(id)}/short`);
    expect(
      (await sendAll(scene, long))
        .map(({ status }) => status)
        .filter((status) => ![400, 404, 414].includes(status)),
    ).toEqual([]);
  });
});
