import { expect, it } from '@jest/globals';
import { DEFAULTS } from '../realtime.options.js';
import { LateEngine } from './late-engine.js';
import { memoryEngine } from './memory/memory-engine.js';

const DRAFT = { topic: 'a', type: 'message', json: '1', journaled: true };

it('hears from the beginning of the journal, also who listened before it was open', async () => {
  const engine = new LateEngine(memoryEngine(), DEFAULTS.retention);
  const heard: string[] = [];
  engine.journal.listen(() => heard.push('early'));
  const end = engine.journal.listen(() => heard.push('gone'));
  const endLater = engine.journal.listen(() => heard.push('gone later'));
  end();
  await engine.publish(DRAFT);
  engine.journal.listen(() => heard.push('late'));
  endLater();
  await engine.publish(DRAFT);
  expect(heard).toEqual(['early', 'gone later', 'early', 'late']);
});

it('is started once, whoever uses it first, and stopped only if it was', async () => {
  const calls: string[] = [];
  const inner = memoryEngine();
  const watched = Object.assign(Object.create(inner) as typeof inner, {
    start: async (...retention: Parameters<typeof inner.start>) => {
      calls.push('start');
      await inner.start(...retention);
    },
    stop: async () => {
      calls.push('stop');
      await inner.stop();
    },
  });
  await new LateEngine(watched, DEFAULTS.retention).stop();
  expect(calls).toEqual([]);
  const engine = new LateEngine(watched, DEFAULTS.retention);
  await Promise.all([
    engine.head(),
    engine.start(),
    engine.records.get('a'),
    engine.claims.release('a', 'b'),
  ]);
  await engine.stop();
  expect(calls).toEqual(['start', 'stop']);
});
