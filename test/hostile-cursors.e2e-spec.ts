import { expect, it } from '@jest/globals';
import { send } from './support/victim/talk.js';
import { all, sendAll, withParameter } from './support/victim/send-all.js';
import { underAttack } from './support/victim/under-attack.js';

const LOG_ROUTES = ['/orders/1/short', '/orders/1/long', '/orders/1/stream', '/realtime/events?topic=a'];

const BAD_CURSORS = [
  '',
  ' ',
  'x',
  '-',
  '--',
  'a-b',
  'a-b-c-d',
  'a-1-',
  '-1-0',
  'A-1-0',
  'a-01-0',
  'a-1-00',
  'a-1-0 ',
  ' a-1-0',
  'a-1-0\n',
  'a-1.5-0',
  'a-1e5-+0',
  'a_b-1-0',
  'a-zzzzzzzzzzz-0',
  'a-1-zzzzzzzzzzz',
  'a-1-0_b-1-0',
  'earliest ',
  'Earliest',
  'null',
  'undefined',
  '[object Object]',
  '{"$gt":""}',
  '../../etc/passwd',
  '2026-11-24T12:00:00.000Z',
  '\0',
  'a-1-0\0',
  'a-1-0\r\nSet-Cookie: a=b',
  'à-1-0',
  'a-１-0',
  '💥',
  `${'a'.repeat(17)}-1-0`,
  'a-1-0'.repeat(20),
  'a-1-0'.repeat(1_500),
] as const;

underAttack('hostile cursors', (scene) => {
  it.each(LOG_ROUTES)('a cursor that no log has handed out, at %s', async (route) => {
    const answers = await sendAll(
      scene,
      BAD_CURSORS.map((cursor) => withParameter(route, 'since', cursor)),
    );
    expect(answers).toEqual(all(BAD_CURSORS.length, { status: 400, code: 'cursor-malformed' }));
  });

  it.each(['/orders/1/stream', '/realtime/events?topic=a'])(
    'a Last-Event-ID that is none, at %s',
    async (route) => {
      const { victim, canaries } = scene;
      const attacks = BAD_CURSORS.filter(
        (cursor) => cursor.trim() !== '' && /^[ -~\xa0-\xff]+$/.test(cursor.trim()),
      );
      const answers = await canaries.during(() =>
        Promise.all(
          [...attacks.filter((id) => id === id.trim()), ['a-1-0', 'b-1-0'], '\x80\xff', 'a\tb'].map((id) =>
            send(victim.url + route, { Accept: 'text/event-stream', 'Last-Event-ID': id }),
          ),
        ),
      );
      expect(answers).toEqual(all(answers.length, { status: 400, code: 'cursor-malformed' }));
      // The header wins, also over a cursor that is right.
      const both = { Accept: 'text/event-stream', 'Last-Event-ID': 'x' };
      const answer = await send(victim.url + withParameter(route, 'since', 'earliest'), both);
      expect(answer).toEqual({ status: 400, code: 'cursor-malformed' });
    },
  );

  it('a cursor twice, or as something else than text', async () => {
    const twice = LOG_ROUTES.flatMap((route) => {
      const once = withParameter(route, 'since', 'a-1-0');
      return [withParameter(once, 'since', 'a-1-0'), withParameter(once, 'since', 'earliest')];
    });
    expect(await sendAll(scene, twice)).toEqual(all(twice.length, { status: 400, code: 'query-invalid' }));
    const others = ['since[]', 'since[$gt]', 'since.length', '__proto__', 'constructor', 'since%00'];
    // No parameter of ours: as if it had not been sent.
    const polls = ['/orders/1/short', '/orders/1/long', '/realtime/events?topic=a'];
    const paths = polls.flatMap((route) => others.map((name) => withParameter(route, name, 'x')));
    expect(await sendAll(scene, paths)).toEqual(all(paths.length, { status: 200 }));
  });
});
