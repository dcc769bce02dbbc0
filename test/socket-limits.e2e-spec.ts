import { once } from 'node:events';
import { UnauthorizedException } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { ADAPTERS, startApp } from './support/app.js';
import { byToken } from './support/by-token.js';
import { census, NOBODY, nobodyLeft } from './support/census.js';
import { joinRaw, openRaw } from './support/raw-socket.js';
import { TestDeadlines } from './support/test-deadlines.js';
import { until } from './support/until.js';
import { gatewayPath, upgrade, upgradeSocket } from './support/upgrade.js';

describe.each(ADAPTERS)('the limits of sockets beside %s', (adapter) => {
  it('turn away whom there is no room for, and let in who comes when there is', async () => {
    await using app = await startApp({
      adapter,
      realtime: { authenticate: byToken, limits: { connections: 3, connectionsPerPrincipal: 2 } },
    });
    using ann = await joinRaw(app.url, { access_token: 'ann' });
    using _annAgain = await joinRaw(app.url, { access_token: 'ann' });
    const third = await upgrade(app.url + gatewayPath({ access_token: 'ann' }));
    expect(third).toMatchObject({ status: 429, body: { code: 'too-many-connections' } });
    expect(Number(third.headers['retry-after'])).toBeGreaterThan(0);

    using _bob = await joinRaw(app.url, { access_token: 'bob' });
    const fourth = await upgrade(app.url + gatewayPath({ access_token: 'cid' }));
    expect(fourth).toMatchObject({ status: 503, body: { code: 'too-many-connections' } });
    expect(Number(fourth.headers['retry-after'])).toBeGreaterThan(0);

    ann.tcp.resetAndDestroy();
    await until(() => census(app).sessions === 2);
    using _cid = await joinRaw(app.url, { access_token: 'cid' });
    expect(census(app)).toMatchObject({ sessions: 3, connections: 3 });
  });

  it('count nobody who has left, however', async () => {
    await using app = await startApp({ adapter, realtime: { authenticate: byToken } });
    const open = (query = { access_token: 'ann' }) => openRaw(app.url, query);

    const resets = await open();
    resets.tcp.resetAndDestroy();
    const hangsUp = await open();
    hangsUp.webSocket.close();
    const neverJoins = await open();
    neverJoins.webSocket.terminate();
    const joinsMain = await open();
    joinsMain.send('40');
    expect(await joinsMain.frames.next()).toMatch(/^44\{"message":"Connect to the namespace/);
    joinsMain.webSocket.close();
    const joinsOther = await open();
    joinsOther.send('40/other,');
    expect(await joinsOther.frames.next()).toBe('44/other,{"message":"Invalid namespace"}');
    joinsOther.tcp.resetAndDestroy();
    const leavesNamespace = await joinRaw(app.url);
    leavesNamespace.send('41/realtime,');
    await leavesNamespace.closed;
    const joinsTwice = await open();
    joinsTwice.send('40/realtime,');
    joinsTwice.send('40/realtime,');
    await joinsTwice.closed;
    const joinsAgain = await joinRaw(app.url);
    joinsAgain.send('40/realtime,');
    await joinsAgain.closed;

    await nobodyLeft(app);
    expect(census(app)).toEqual(NOBODY);
  });

  it('give little time to who does not join, and to who does not hang up', async () => {
    await using app = await startApp({ adapter, realtime: { authenticate: byToken } });
    const deadlines = new TestDeadlines(app);
    using neverJoins = await openRaw(app.url);
    using neverReads = await joinRaw(app.url, { access_token: 'ann' });
    deadlines.pass(10_000);
    expect(await neverJoins.closed).toEqual({ code: 1006 });
    neverReads.webSocket.pause();
    await app.bus.revoke('ann');
    await until(() => deadlines.size === 1);
    deadlines.pass(5_000);
    await nobodyLeft(app);
    neverReads.webSocket.resume();
    expect(await neverReads.frames.next()).toContain('"revoked"');
  });

  it('do not count who never was let in', async () => {
    await using app = await startApp({
      adapter,
      realtime: { authenticate: () => Promise.reject(new UnauthorizedException()) },
    });
    const socket = await upgradeSocket(app.url);
    await once(socket, 'end');
    // Its half stays open.
    await nobodyLeft(app);
    expect(census(app)).toEqual(NOBODY);
    socket.destroy();
  });
});
