import { expect, it } from '@jest/globals';
import { randomInt } from 'node:crypto';
import { WEAK_SPOTS } from '../soak/consumer-soak.js';
import { WebhookSoak } from '../soak/webhook-soak.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** The short form of `npm run soak:kill`. */
it('sends and handles everything that was answered with a 2xx, whenever its process is killed', async () => {
  await using soak = await WebhookSoak.open(await temporaryFolder());
  for (const at of WEAK_SPOTS) await soak.play({ at, count: randomInt(1, 60), turns: randomInt(30) });
  await soak.finish();
  const { kills, out, in: in_ } = soak.report;
  expect(kills).toBe(3);
  expect(out.accepted).toBeGreaterThan(0);
  expect(in_.accepted).toBeGreaterThan(0);
});
