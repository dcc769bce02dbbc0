import { expect, it } from '@jest/globals';
import { Program } from '../support/program.js';
import { openSse } from '../support/sse-client.js';
import { temporaryFolder } from '../support/temporary-folder.js';

async function startKitchen(path: string) {
  const program = Program.start('lmdb/kitchen.ts', import.meta.url, { words: [path] });
  const url = `${await program.next<string>()}/orders/42/events`;
  const publish = (text: string) => {
    program.say(text);
    return program.next<string>();
  };
  return { program, url, publish };
}

it('a stream goes on over kill -9: the same log, no reset, nothing missing', async () => {
  const path = await temporaryFolder();
  const first = await startKitchen(path);
  const stream = await openSse(first.url);
  expect(await stream.messages.next()).toMatchObject({ event: '$live' });
  const seen = await first.publish('ordered');
  expect(await stream.messages.next()).toMatchObject({ id: seen, data: '"ordered"' });
  stream.close();
  const missed = [await first.publish('cooking'), await first.publish('ready')];
  await first.program.kill();

  const second = await startKitchen(path);
  using again = await openSse(second.url, { 'Last-Event-ID': seen });
  const next = await second.publish('served');
  expect(await again.messages.take(4)).toMatchObject([
    { id: missed[0], data: '"cooking"' },
    { id: missed[1], data: '"ready"' },
    { id: missed[1], event: '$live' },
    { id: next, data: '"served"' },
  ]);
  await second.program.kill();
});
