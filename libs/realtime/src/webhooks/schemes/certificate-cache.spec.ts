import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { CertificateCache } from './certificate-cache.js';
import { textSecret } from './secrets.js';

const DAY_MS = 24 * 3_600_000;
const CERTIFICATES = 'https://api.example.com/certs';

/** A cache, and what it fetched. */
function cached(fetch: (url: string) => Promise<string> = async (url) => `pem of ${url}`) {
  const fetched: string[] = [];
  const cache = new CertificateCache(
    'example.com',
    (url) => {
      fetched.push(url);
      return fetch(url);
    },
    (pem) => (pem.startsWith('pem') ? textSecret(pem) : undefined),
  );
  return { cache, fetched };
}

describe('certificates', () => {
  afterEach(() => void jest.restoreAllMocks());

  it.each([
    undefined,
    '',
    'api.example.com',
    '/certs/1',
    'http://api.example.com/certs/1',
    'https://example.com.evil.com/certs/1',
    'https://evilexample.com/certs/1',
    'https://evil.com/example.com',
    'https://evil.com#.example.com',
    'https://evil.com?.example.com',
    'https://evil.com\\.example.com',
    'https://api.example.com@evil.com/certs/1',
    'https://user@api.example.com/certs/1',
    'https://user:password@api.example.com/certs/1',
    'https://api.example.com:8443/certs/1',
    'https://api.example.com./certs/1',
    'https://127.0.0.1/certs/1',
    'file:///example.com',
    ['https://api.example.com/certs/1', 'https://evil.com/certs/1'],
  ])('come from hosts of the sender, and not from %p', async (url) => {
    const { cache, fetched } = cached();
    await expect(cache.get(url)).rejects.toThrow('The URL of the certificate is not one at example.com.');
    expect(fetched).toEqual([]);
  });

  it('are fetched once a day, also by many at once', async () => {
    const now = jest.spyOn(Date, 'now').mockReturnValue(0);
    const { cache, fetched } = cached();
    const url = `${CERTIFICATES}/1`;
    expect(await Promise.all([cache.get(url), cache.get(url)])).toEqual([`pem of ${url}`, `pem of ${url}`]);
    now.mockReturnValue(DAY_MS - 1);
    expect(await cache.get('https://API.example.com:443/certs/1')).toBe(`pem of ${url}`);
    expect(fetched).toEqual([url]);
    now.mockReturnValue(DAY_MS);
    await cache.get(url);
    expect(fetched).toEqual([url, url]);
  });

  it('that cannot be fetched, or are none, are not kept', async () => {
    const answers = ['<html>', 'pem'];
    const { cache, fetched } = cached(async () => {
      const answer = answers.shift();
      if (answer === undefined) throw new Error('down');
      return answer;
    });
    const url = `${CERTIFICATES}/1`;
    expect([await cache.get(url), await cache.get(url), await cache.get(url)]).toEqual([
      '<html>',
      'pem',
      'pem',
    ]);
    await expect(cache.get(`${CERTIFICATES}/2`)).rejects.toThrow('down');
    await expect(cache.get(`${CERTIFICATES}/2`)).rejects.toThrow('down');
    expect(fetched).toHaveLength(4);
  });

  it('are bounded, in number and in how many are fetched at once', async () => {
    const { cache, fetched } = cached();
    for (let n = 0; n < 17; n++) await cache.get(`${CERTIFICATES}/${n}`);
    await cache.get(`${CERTIFICATES}/16`);
    expect(fetched).toHaveLength(17);
    await cache.get(`${CERTIFICATES}/0`);
    expect(fetched).toHaveLength(18);

    const ends: (() => void)[] = [];
    const slow = cached(() => new Promise((resolve) => ends.push(() => resolve('pem'))));
    const waiting = [1, 2, 3, 4].map((n) => slow.cache.get(`${CERTIFICATES}/${n}`));
    await expect(slow.cache.get(`${CERTIFICATES}/5`)).rejects.toThrow('Too many certificates');
    for (const end of ends) end();
    expect(await Promise.all(waiting)).toHaveLength(4);
  });
});
