const MAX_BYTES = 64 * 1024;

/** Fetches a certificate, in PEM. */
export type FetchCertificate = (url: string) => Promise<string>;

export interface FetchCertificateOptions {
  /** Ranges that may be asked although they are not public. Default: none. */
  readonly allowAddresses?: readonly string[];
  /** Authorities to trust besides those of Node, in PEM. Default: none. */
  readonly ca?: readonly string[];
  /** All of it, in milliseconds. Default: 5,000. */
  readonly timeoutMs?: number;
}

/** A GET to public addresses: no redirect, no proxy, nothing decompressed, at most 64 KiB. */
export function certificateFetch({
  allowAddresses = [],
  ca = [],
  timeoutMs = 5_000,
}: FetchCertificateOptions = {}): FetchCertificate {
  return async (url) => {
    // Loaded by the first who needs it.
    const [{ Agent, request }, { safeConnector }, { AddressPolicy }, { dnsResolve }] = await Promise.all([
      import('undici'),
      import('../outbound/safe-connect.js'),
      import('../outbound/address-policy.js'),
      import('../outbound/resolve.js'),
    ]);
    const policy = new AddressPolicy(allowAddresses);
    const connect = safeConnector({ policy, resolve: dnsResolve(), connectMs: timeoutMs, ca });
    const dispatcher = new Agent({ connect, maxResponseSize: MAX_BYTES });
    try {
      const { statusCode, body } = await request(url, { dispatcher, signal: AbortSignal.timeout(timeoutMs) });
      if (statusCode !== 200) throw new Error(`The certificate was answered with ${statusCode}.`);
      return await body.text();
    } finally {
      await dispatcher.destroy();
    }
  };
}
