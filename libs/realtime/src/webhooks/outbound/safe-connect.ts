import type { LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { createSecureContext, rootCertificates } from 'node:tls';
import { buildConnector } from 'undici';
import type { AddressPolicy } from './address-policy.js';
import { limitLines } from './limit-lines.js';
import type { Resolve } from './resolve.js';

export interface SafeConnectOptions {
  readonly policy: AddressPolicy;
  readonly resolve: Resolve;
  /** How long a connection may take to be made, resolving and TLS included, in milliseconds. */
  readonly connectMs: number;
  /** Authorities to trust besides those of Node.js, as PEM. */
  readonly ca: readonly string[];
}

/** A connection would have gone where it must not. */
export class ForbiddenAddressError extends Error {
  override readonly name = 'ForbiddenAddressError';

  constructor(host: string) {
    super(`${host} is, or resolves to, an address that webhooks may not be sent to.`);
  }
}

/**
 * Connects to public addresses only. A name is resolved once, all of its addresses are checked, and the
 * connection goes to one of those that were checked; a literal address, which no lookup sees, is checked
 * before, and the address that was reached is checked once more.
 */
export function safeConnector({
  policy,
  resolve,
  connectMs,
  ca,
}: SafeConnectOptions): buildConnector.connector {
  const connect = buildConnector({
    lookup: safeLookup(policy, resolve),
    timeout: connectMs,
    // Made once: parsing all of them takes milliseconds.
    ...(ca.length > 0 && { secureContext: createSecureContext({ ca: [...rootCertificates, ...ca] }) }),
  });
  return (options, callback) => {
    const host = options.hostname.replace(/^\[(.*)\]$/, '$1');
    if (isIP(host) !== 0 && !policy.allows(host)) return callback(new ForbiddenAddressError(host), null);
    connect(options, (error, socket) => {
      if (error || !socket) return callback(error ?? new Error('No connection.'), null);
      if (!policy.allows(socket.remoteAddress ?? '')) {
        socket.destroy();
        return callback(new ForbiddenAddressError(host), null);
      }
      limitLines(socket);
      callback(null, socket);
    });
  };
}

function safeLookup(policy: AddressPolicy, resolve: Resolve): LookupFunction {
  const checked = async (hostname: string): Promise<LookupAddress[]> => {
    // A copy: what is checked is what is connected to.
    const found = (await resolve(hostname)).map(({ address, family }) => ({ address, family }));
    // One that is forbidden condemns the name: who controls it can choose which one is tried.
    const allowed = found.length > 0 && found.every(({ address }) => policy.allows(address));
    if (!allowed) throw new ForbiddenAddressError(hostname);
    return found;
  };
  return (hostname, { all }, callback) => {
    checked(hostname).then(
      (found) => (all ? callback(null, found) : callback(null, found[0]!.address, found[0]!.family)),
      (error: NodeJS.ErrnoException) => callback(error, ''),
    );
  };
}
