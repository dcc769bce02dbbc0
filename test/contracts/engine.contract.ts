import { describe, expect, it } from '@jest/globals';
import { claims } from './engine/claims.js';
import { enginesOf, type EngineFactory, type EngineTraits } from './engine/engine-kit.js';
import { idempotency } from './engine/idempotency.js';
import { joining } from './engine/joining.js';
import { journaling } from './engine/journal.js';
import { listening } from './engine/listening.js';
import { model } from './engine/model.js';
import { positions } from './engine/positions.js';
import { reading } from './engine/reading.js';
import { records } from './engine/records.js';
import { reopening } from './engine/reopening.js';
import { retention } from './engine/retention.js';

export type { EngineFactory, EngineTraits, OpenEngine } from './engine/engine-kit.js';

/**
 * What every engine promises: `libs/realtime/src/engines/engine.interface.ts`, as tests. `factory` opens a
 * fresh, empty log at each call; nothing is assumed about where it lives.
 */
export function engineContract(name: string, factory: EngineFactory, traits: EngineTraits): void {
  describe(`engine contract: ${name}`, () => {
    const open = enginesOf(factory);
    it('says whether it is durable', async () => {
      expect((await open()).engine.durable).toBe(traits.durable);
    });
    positions(open, traits);
    retention(open, traits);
    reading(open, traits);
    idempotency(open, traits);
    listening(open);
    claims(open, traits);
    journaling(open, traits);
    records(open, traits);
    if (traits.durable) reopening(open, traits);
    joining(open, traits);
    model(open, traits);
  });
}
