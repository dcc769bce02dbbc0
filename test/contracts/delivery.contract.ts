import { describe, expect, it } from '@jest/globals';
import { withSeed } from '../support/seeded-random.js';
import { deliver, type Scale } from './delivery/deliver.js';
import { type EnginesFactory, type Scenario, SCENARIOS } from './delivery/scenarios.js';

export type { EnginesFactory } from './delivery/scenarios.js';

const SCALE: Scale = { events: 2_000, cuts: 10 };

/**
 * Every event once and in order, or `reset`: whatever the transport, whatever the adapter, wherever and
 * however often the connection is cut.
 * @param isWanted which scenarios; by default all
 */
export function deliveryContract(
  name: string,
  engines: EnginesFactory,
  isWanted: (scenario: Scenario) => boolean = () => true,
): void {
  describe(`delivery contract: ${name}`, () => {
    it.each(SCENARIOS.filter(isWanted))('$name', ({ delivery, loses = false, fails = false }) =>
      withSeed(async (random) => {
        const { faults, resets, failures } = await deliver(delivery(engines, random), SCALE, random);
        expect(faults).toEqual([]);
        expect({ loses: resets > 0, fails: failures > 0 }).toEqual({ loses, fails });
      }),
    );
  });
}
