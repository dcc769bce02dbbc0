import { describe, it, expect } from '@jest/globals';
import { UnauthorizedException } from '@nestjs/common';
import type { Handshake, Principal } from 'nestjs-realtime';
import { EACH, hear, openClient, type TestClient } from './client-kit.js';
import { IMPATIENT, Numbers, startServer, TOPICS } from './network-kit.js';

const isLive = (client: TestClient) => client.states.until(({ name }) => name === 'live');

/** Lets in whoever has the word of the day. */
class Door {
  word = 'first';

  readonly authenticate = ({ token }: Handshake): Principal => {
    if (token !== this.word) throw new UnauthorizedException();
    return { id: 'ada' };
  };
}

describe.each(EACH)('a client by %s', (transport) => {
  const options = { transports: [transport], ...IMPATIENT };

  it('is refused with its token, asks for another, and goes on', async () => {
    const door = new Door();
    await using app = await startServer({ authenticate: door.authenticate });
    const words = ['stale', 'first'];
    using client = openClient({ ...options, url: app.url, auth: () => words.shift() });
    const { inbox } = hear(client, TOPICS);
    await isLive(client);
    const numbers = new Numbers(() => app);
    await numbers.exchange(inbox, 20);
    expect(numbers.heard).toEqual(numbers.published);
    expect(words).toEqual([]);
  });

  it('is cut off when its token is revoked, asks for another, and has missed nothing', async () => {
    const door = new Door();
    await using app = await startServer({ authenticate: door.authenticate });
    const numbers = new Numbers(() => app);
    using client = openClient({ ...options, url: app.url, auth: () => door.word });
    const { inbox } = hear(client, TOPICS);
    await isLive(client);
    await numbers.publish(20);
    door.word = 'second';
    await app.bus.revoke('ada');
    await numbers.publish(20);
    await numbers.hear(inbox);
    expect(numbers.heard).toEqual(numbers.published);
  });
});
