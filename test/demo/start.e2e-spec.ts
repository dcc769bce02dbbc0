import { describe, expect, it } from '@jest/globals';
import { Demo } from './demo.js';
import { sitDown } from './seat.js';

describe('Starting the restaurant', () => {
  it('prints the address at which it is open, and closes when told to', async () => {
    const demo = await Demo.start();
    const page = await fetch(demo.address);
    expect(page.headers.get('content-type')).toMatch('text/html');
    await page.text();
    await demo.stop();
    await expect(fetch(demo.address)).rejects.toThrow('fetch failed');
  });

  it('says which port is taken and what to do', async () => {
    const demo = await Demo.start();
    const { code, said } = await Demo.fail(String(demo.port));
    await demo.stop();
    expect(code).toBe(1);
    expect(said).toBe(
      `Port ${demo.port} is taken. Choose another: PORT=${demo.port + 1} npm run demo (PORT=0 finds a free one).`,
    );
  });

  it('says whose folder it is and what to do', async () => {
    const demo = await Demo.start();
    const { code, said } = await Demo.fail('0', demo.data);
    await demo.stop();
    expect(code).toBe(1);
    expect(said).toMatch(
      /^The log at "\S+" is open already, in another process .* DATA chooses the folder\.$/,
    );
  });

  it.each(['soup', '-1', '65536', '80.5'])('refuses PORT=%s', async (port) => {
    expect(await Demo.fail(port)).toEqual({
      code: 1,
      said: `PORT must be a number from 0 to 65535, not "${port}".`,
    });
  });

  it.each([
    ['no token', '', 401],
    ['a wrong token', 'Bearer nobody', 401],
    ['the token of another table', 'other', 403],
  ])('lets nobody read an order with %s', async (_, authorization, status) => {
    const demo = await Demo.start();
    const seats = [await sitDown(demo), await sitDown(demo)] as const;
    const header = authorization === 'other' ? `Bearer ${seats[1].token}` : authorization;
    for (const path of ['', '/log', '/events']) {
      const response = await fetch(`${demo.address}/orders/${seats[0].order}${path}`, {
        headers: header ? { authorization: header } : {},
      });
      expect(response.status).toBe(status);
      await response.text();
    }
    await demo.stop();
  });
});
