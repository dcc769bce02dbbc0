import { describe } from '@jest/globals';
import { find, type Requirement } from './ensure-system.js';

/** `describe` for tests that need a program; they count as skipped where it is missing. */
export function describeWith(requirement: Requirement): typeof describe | typeof describe.skip {
  return find(requirement) ? describe : describe.skip;
}
