import { describe, expect, it } from '@jest/globals';
import { until } from '../support/until.js';
import { EACH } from './client-kit.js';
import { isLive, nextLeader, publishOn, readMany, startTabsApp, takeLeader } from './tabs-app.js';
import { TestBrowser } from './tabs-kit.js';

describe.each(EACH)('the connection of tabs by %s', (transport) => {
  it.each(['close', 'crash'] as const)('moves without a gap on a %s of the tab that has it', async (end) => {
    await using app = await startTabsApp();
    using browser = new TestBrowser();
    const readers = await readMany(6, browser, { url: app.url, transports: [transport], waitS: 1 });
    const stop = publishOn(app);
    for (let round = 0; round < 3; round++) {
      const gone = takeLeader(readers);
      await gone.inbox.take(10);
      gone.tab[end]();
      await nextLeader(readers);
    }
    const told = await stop();
    for (const { inbox } of readers) expect(await inbox.take(told.length)).toEqual(told);
    await until(() => app.connections() <= 1);
  });
});

describe('the connection of tabs', () => {
  it('moves away from a tab that is frozen, and does not return with it', async () => {
    await using app = await startTabsApp();
    using browser = new TestBrowser();
    const readers = await readMany(3, browser, { url: app.url });
    const stop = publishOn(app);
    const frozen = takeLeader(readers);
    await frozen.inbox.take(10);
    frozen.tab.freeze();
    const leader = await nextLeader(readers);
    frozen.states.drain();
    frozen.tab.thaw();
    await frozen.states.until((state) => isLive(state) && state.heldBy === 'another-tab');
    const told = await stop();
    for (const { inbox } of readers) expect(await inbox.take(told.length)).toEqual(told);
    expect(await frozen.inbox.take(told.length - 10)).toEqual(told.slice(10));
    expect(leader.client.state).toMatchObject({ name: 'live', heldBy: 'this-tab' });
    await until(() => app.connections() <= 1);
  });
});
