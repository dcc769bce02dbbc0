import { expect, it } from '@jest/globals';
import { randomInt } from 'node:crypto';
import { ConsumerSoak, WEAK_SPOTS } from '../soak/consumer-soak.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** The short form of `npm run soak:kill`. */
it('sends everything that was accepted, whenever its process is killed, and little of it twice', async () => {
  await using soak = await ConsumerSoak.open(await temporaryFolder());
  for (const at of WEAK_SPOTS) await soak.play({ at, count: randomInt(1, 150), turns: randomInt(30) });
  await soak.finish();
  expect(soak.report).toMatchObject({ kills: 3 });
});
