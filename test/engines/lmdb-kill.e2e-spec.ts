import { describe, expect, it } from '@jest/globals';
import { randomInt } from 'node:crypto';
import { EngineSoak } from '../soak/engine-soak.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const ROUNDS = 4;
const PUBLISHERS = 16;

/** The short form of `npm run soak:kill`. */
describe.each([
  ['keeps everything', undefined],
  ['trims', 20],
])('a log that %s', (_, maxEvents) => {
  it('has all that it acknowledged, whenever its process is killed', async () => {
    const soak = new EngineSoak(await temporaryFolder(), PUBLISHERS, maxEvents);
    for (let round = 0; round < ROUNDS; round++) {
      // The clock goes back from one process to the next.
      await soak.play({ afterLines: randomInt(1, 2_000), wait: async () => {} }, -round * 60_000);
    }
    expect(soak.ledger.acknowledged).toBeGreaterThan(0);
  });
});
