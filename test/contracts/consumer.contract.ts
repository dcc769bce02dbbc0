import { describe } from '@jest/globals';
import { deadLetters } from './consumer/dead-letters.js';
import { faults } from './consumer/faults.js';
import { ordered } from './consumer/ordered.js';
import { replay } from './consumer/replay.js';
import { retries } from './consumer/retries.js';
import { steering } from './consumer/steering.js';
import { type LogFactory, shopsOf } from './consumer/consumer-kit.js';
import { outage } from './consumer/outage.js';
import { place } from './consumer/place.js';

/** What durable consumers promise, over any engine. `factory` makes a new, empty log at each call. */
export function consumerContract(name: string, factory: LogFactory): void {
  describe(`consumer contract: ${name}`, () => {
    const open = shopsOf(factory);
    place(open);
    ordered(open);
    retries(open);
    deadLetters(open);
    replay(open);
    steering(open);
    faults(open);
    outage(open);
  });
}
