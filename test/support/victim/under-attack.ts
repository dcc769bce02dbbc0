import { afterAll, afterEach, beforeAll, describe, expect } from '@jest/globals';
import { ADAPTERS } from '../app.js';
import type { Census } from '../census.js';
import { Canaries } from './canaries.js';
import { Victim } from './victim.js';

/** A victim, and the clients beside the attacker. */
export interface Scene {
  readonly victim: Victim;
  readonly canaries: Canaries;
}

/** The attackers have left: nothing is held but what the canaries need, and no error was logged. */
export async function expectPeace({ victim, canaries }: Scene): Promise<void> {
  await canaries.sing();
  // A stream, a socket and a poll, which may be between two questions.
  const isOurs = (held: Census) =>
    held.sessions <= 3 &&
    held.connections <= 3 &&
    held.heartbeats <= 2 &&
    held.deadlines <= 1 &&
    held.feeds <= 1;
  while (!isOurs(await victim.census()));
  expect(victim.log).toBe('');
}

/**
 * Describes attacks on an application, on each adapter. Its process must not end, the other clients must
 * notice nothing, and in the end nothing may be held, nothing logged as an error, nothing keep it from closing.
 */
export function underAttack(name: string, attacks: (scene: Scene) => void): void {
  describe.each(ADAPTERS)(`${name}, on %s`, (adapter) => {
    const scene = {} as { victim: Victim; canaries: Canaries };
    beforeAll(async () => {
      scene.victim = await Victim.start(adapter);
      scene.canaries = await Canaries.fly(scene.victim);
    });
    afterEach(() => scene.canaries.sing());
    afterAll(async () => {
      const { victim, canaries } = scene;
      try {
        canaries.leave();
        await victim.nobodyLeft();
        const code = await victim.close();
        expect({ code, log: victim.log }).toEqual({ code: 0, log: '' });
      } finally {
        victim.kill();
      }
    });
    attacks(scene);
  });
}
