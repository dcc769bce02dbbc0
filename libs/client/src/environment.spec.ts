import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { watchPresence } from './environment.js';

const HIDDEN_MS = 30_000;

/** What there is of a page, by hand. */
class Page extends EventTarget {
  readonly document = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  readonly told: string[] = [];
  readonly stop: () => void;

  constructor(visibilityState = 'visible') {
    super();
    this.document.visibilityState = visibilityState;
    Object.assign(globalThis, {
      document: this.document,
      addEventListener: this.addEventListener.bind(this),
      removeEventListener: this.removeEventListener.bind(this),
    });
    this.stop = watchPresence({ away: () => this.told.push('away'), back: () => this.told.push('back') });
  }

  turn(visibilityState: 'visible' | 'hidden'): void {
    this.document.visibilityState = visibilityState;
    this.document.dispatchEvent(new Event('visibilitychange'));
  }
}

beforeEach(() => void jest.useFakeTimers());

afterEach(() => {
  jest.useRealTimers();
  for (const name of ['document', 'addEventListener', 'removeEventListener']) {
    Reflect.deleteProperty(globalThis, name);
  }
});

describe('whether somebody looks', () => {
  it('is no more so when a page has been hidden for a while, until it is shown', () => {
    const page = new Page();
    page.turn('hidden');
    jest.advanceTimersByTime(HIDDEN_MS - 1);
    expect(page.told).toEqual([]);
    jest.advanceTimersByTime(1);
    page.turn('visible');
    expect(page.told).toEqual(['away', 'back']);
  });

  it('is still so when it was hidden for a moment', () => {
    const page = new Page();
    page.turn('hidden');
    jest.advanceTimersByTime(HIDDEN_MS - 1);
    page.turn('visible');
    jest.advanceTimersByTime(HIDDEN_MS);
    expect(page.told).toEqual(['back']);
  });

  it('is not so in a page that was opened in the background', () => {
    const page = new Page('hidden');
    jest.advanceTimersByTime(HIDDEN_MS);
    expect(page.told).toEqual(['away']);
  });

  it('is not so while a page is frozen, or left', () => {
    const page = new Page();
    page.document.dispatchEvent(new Event('freeze'));
    page.document.dispatchEvent(new Event('resume'));
    page.dispatchEvent(new Event('pagehide'));
    page.dispatchEvent(new Event('pageshow'));
    expect(page.told).toEqual(['away', 'back', 'away', 'back']);
  });

  it('is asked again when the network is said to be back, and "offline" is not believed', () => {
    const page = new Page();
    page.dispatchEvent(new Event('offline'));
    page.dispatchEvent(new Event('online'));
    expect(page.told).toEqual(['back']);
  });

  it('is of no interest any more once that is stopped', () => {
    const page = new Page();
    page.turn('hidden');
    page.stop();
    jest.advanceTimersByTime(HIDDEN_MS);
    page.turn('visible');
    page.dispatchEvent(new Event('online'));
    expect(page.told).toEqual([]);
  });

  it('is always so where there is no page', () => {
    const told: string[] = [];
    const stop = watchPresence({ away: () => told.push('away'), back: () => told.push('back') });
    jest.advanceTimersByTime(HIDDEN_MS);
    stop();
    expect(told).toEqual([]);
  });
});
