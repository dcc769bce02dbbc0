import { describe } from '@jest/globals';
import { CHROMIUM, find } from './ensure-system.js';

/** The browser's path, or undefined where there is none. */
export const chromiumPath = find(CHROMIUM);

/** `describe` for tests in a real browser; they count as skipped where there is none. */
export const describeInChromium = chromiumPath ? describe : describe.skip;
