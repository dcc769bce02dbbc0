import type { IncomingMessage } from 'node:http';
import type { RealtimeEngine, Retention } from './engines/engine.interface.js';
import { memoryEngine } from './engines/memory/memory-engine.js';
import { RETRY_SCHEDULE } from './consumers/retry-schedule.js';
import type { EndpointStore } from './webhooks/outbound/endpoint-store.js';
import type { Resolve } from './webhooks/outbound/resolve.js';
import { RealtimeConfigurationError } from './realtime.errors.js';

/** Who is connected, as `authenticate` returned it. Add what your policies need. */
export interface Principal {
  /** What `bus.revoke(id)` and the limit per principal go by. */
  readonly id: string;
  /** When the credentials end: a Date, or milliseconds since 1970. Never, when left out. */
  readonly expiresAt?: Date | number;
  readonly [claim: string]: unknown;
}

/** What is known of a client before its connection is accepted. */
export interface Handshake {
  readonly transport: 'socket' | 'sse' | 'poll' | 'publish';
  /** From `Authorization: Bearer`, the query parameter `access_token`, or a `refresh` message. */
  readonly token: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly query: URLSearchParams;
  readonly remoteAddress: string | undefined;
  readonly request: IncomingMessage;
}

/**
 * Says who is connecting to the gateway or the hub. Throw `UnauthorizedException` to refuse; return undefined
 * or null for an anonymous client, which policies see as `principal: undefined`.
 */
export type Authenticate = (
  handshake: Handshake,
) => Principal | undefined | null | Promise<Principal | undefined | null>;

export interface Limits {
  /** Connections of gateway and hub at once. Default: Infinity. */
  readonly connections: number;
  /** Of these, how many one principal may have. Default: 100. */
  readonly connectionsPerPrincipal: number;
  /** Topics on one connection. Default: 100. */
  readonly topicsPerConnection: number;
  /** Bytes of one event's data as JSON, when a client publishes it. Default: 65,536. */
  readonly payloadBytes: number;
  /** Polls waiting at once, over all routes. Default: 10,000. */
  readonly waitingPolls: number;
}

export interface RealtimeOptions {
  /** Where the log lives. Default: `memoryEngine()`. */
  readonly engine?: RealtimeEngine;
  /** What the log keeps. Defaults: 1,000 events a topic, one hour, 64 MiB, idempotency keys for 10 minutes. */
  readonly retention?: Partial<Retention>;
  /** Who is connecting to gateway and hub. Default: everybody is anonymous. */
  readonly authenticate?: Authenticate;
  readonly limits?: Partial<Limits>;
  readonly shortPoll?: {
    /** What `Retry-After` asks for, in milliseconds, before jitter. Default: 2,000. */
    readonly intervalMs?: number;
  };
  readonly longPoll?: {
    /** How long a poll waits that does not say, in milliseconds. Default: 25,000. */
    readonly waitMs?: number;
    /** The longest wait a client can ask for. Default: 55,000, below the 60 s of common proxies. */
    readonly maxWaitMs?: number;
  };
  readonly sse?: {
    /** The longest silence on a stream, in milliseconds. Default: 15,000. */
    readonly heartbeatMs?: number;
    /** The reconnection time sent to clients, in milliseconds, before jitter. Default: 2,000. */
    readonly retryMs?: number;
    /**
     * The longest life of a stream in milliseconds, randomised to 80–100 % per stream, so that load spreads
     * again after a deploy. Default: Infinity.
     */
    readonly maxAgeMs?: number;
  };
  /** The socket gateway; `false` switches it off. */
  readonly socket?:
    | false
    | {
        /** Default: `/realtime/socket.io`. */
        readonly path?: string;
        /**
         * Browser origins that may connect, besides the server's own: exact origins such as
         * `https://app.example.com`, or `*` for any. Requests without an `Origin` are not from a browser and
         * are left to `authenticate`. Default: none.
         */
        readonly origins?: readonly string[];
      };
  /** The hub route; `false` switches it off. Its path is `realtime/events`, after the global prefix. */
  readonly hub?: boolean;
  /**
   * What stands before a request's path in the URL by which others call this server: `https://example.com`, or
   * `https://example.com/api` where a proxy takes off `/api`. Needed by webhooks whose sender signs the URL.
   * Default: not known, for headers can be forged.
   */
  readonly publicUrl?: string;
  /** Webhooks to third parties: `WebhookEndpoints`. */
  readonly webhooks?: {
    /** Whether endpoints may be plain HTTP. Default: false. */
    readonly allowHttp?: boolean;
    /**
     * Ranges of addresses that may be sent to although they are not public, such as `127.0.0.0/8` for
     * development. Default: none.
     */
    readonly allowAddresses?: readonly string[];
    /**
     * All addresses of a name; each is checked. Default: DNS, by the system's name servers. The hosts file is
     * not read: `(name) => dns.promises.lookup(name, { all: true })` reads it, and lets a slow name server hold
     * one of Node's few threads.
     */
    readonly resolve?: Resolve;
    /**
     * Certificates of authorities, as PEM, that endpoints may be certified by besides those that Node.js knows:
     * for endpoints within a company. Default: none.
     */
    readonly ca?: readonly string[];
    /** How long an attempt may take, connecting and the answer included, in milliseconds. Default: 15,000. */
    readonly timeoutMs?: number;
    /** Waits between the attempts at one event, in milliseconds. Default: those of durable handlers. */
    readonly retries?: readonly number[];
    /** Encrypts secrets and headers of endpoints at rest: 32 bytes in base64 or hex. Default: no encryption. */
    readonly encryptionKey?: string;
    /** Where endpoints are kept. Default: beside the log. */
    readonly endpointStore?: EndpointStore;
  };
  readonly shutdown?: {
    /** How long `app.close()` lets connections end by themselves, in milliseconds. Default: 5,000. */
    readonly timeoutMs?: number;
    /** Clients are told to come back spread over this time, in milliseconds. Default: 5,000. */
    readonly spreadMs?: number;
  };
}

/** Options with every default filled in. */
export interface ResolvedOptions {
  readonly engine: RealtimeEngine;
  readonly retention: Retention;
  readonly authenticate: Authenticate | undefined;
  readonly limits: Limits;
  readonly shortPoll: { readonly intervalMs: number };
  readonly longPoll: { readonly waitMs: number; readonly maxWaitMs: number };
  readonly sse: { readonly heartbeatMs: number; readonly retryMs: number; readonly maxAgeMs: number };
  readonly socket: false | { readonly path: string; readonly origins: readonly string[] };
  readonly hub: boolean;
  readonly publicUrl: string | undefined;
  readonly webhooks: {
    readonly allowHttp: boolean;
    readonly allowAddresses: readonly string[];
    readonly resolve: Resolve | undefined;
    readonly ca: readonly string[];
    readonly timeoutMs: number;
    readonly retries: readonly number[];
    readonly encryptionKey: string | undefined;
    readonly endpointStore: EndpointStore | undefined;
  };
  readonly shutdown: { readonly timeoutMs: number; readonly spreadMs: number };
}

/** All defaults. */
export const DEFAULTS = Object.freeze({
  retention: Object.freeze({
    maxEvents: 1_000,
    maxAgeMs: 3_600_000,
    maxBytes: 64 * 1024 * 1024,
    idempotencyMs: 600_000,
  }),
  limits: Object.freeze({
    connections: Infinity,
    connectionsPerPrincipal: 100,
    topicsPerConnection: 100,
    payloadBytes: 64 * 1024,
    waitingPolls: 10_000,
  }),
  shortPoll: Object.freeze({ intervalMs: 2_000 }),
  longPoll: Object.freeze({ waitMs: 25_000, maxWaitMs: 55_000 }),
  sse: Object.freeze({ heartbeatMs: 15_000, retryMs: 2_000, maxAgeMs: Infinity }),
  socket: Object.freeze({ path: '/realtime/socket.io', origins: Object.freeze([]) as readonly string[] }),
  webhooks: Object.freeze({
    allowHttp: false,
    allowAddresses: Object.freeze([]) as readonly string[],
    resolve: undefined as Resolve | undefined,
    ca: Object.freeze([]) as readonly string[],
    timeoutMs: 15_000,
    retries: RETRY_SCHEDULE,
    encryptionKey: undefined as string | undefined,
    endpointStore: undefined as EndpointStore | undefined,
  }),
  shutdown: Object.freeze({ timeoutMs: 5_000, spreadMs: 5_000 }),
});

/** The token under which the resolved options are provided. */
export const REALTIME_OPTIONS = Symbol('nestjs-realtime:options');

/** The token under which the engine is provided. It opens the log when it is first used. */
export const REALTIME_ENGINE = Symbol('nestjs-realtime:engine');

/**
 * Merges the application's options with the defaults.
 * @throws RealtimeConfigurationError naming the option and both values when they contradict.
 */
export function resolveOptions(options: RealtimeOptions = {}): ResolvedOptions {
  const resolved: ResolvedOptions = {
    engine: options.engine ?? memoryEngine(),
    retention: positive('retention', { ...DEFAULTS.retention, ...defined(options.retention) }),
    authenticate: options.authenticate,
    limits: positive('limits', { ...DEFAULTS.limits, ...defined(options.limits) }),
    shortPoll: positive('shortPoll', { ...DEFAULTS.shortPoll, ...defined(options.shortPoll) }),
    longPoll: positive('longPoll', longPollOptions(options)),
    sse: positive('sse', { ...DEFAULTS.sse, ...defined(options.sse) }),
    socket: options.socket === false ? false : { ...DEFAULTS.socket, ...defined(options.socket) },
    hub: options.hub ?? true,
    publicUrl: options.publicUrl,
    webhooks: { ...DEFAULTS.webhooks, ...defined(options.webhooks) },
    shutdown: positive('shutdown', { ...DEFAULTS.shutdown, ...defined(options.shutdown) }),
  };
  if (resolved.socket && !resolved.socket.path.startsWith('/')) {
    throw new RealtimeConfigurationError(
      `socket.path must begin with a slash, not be "${resolved.socket.path}".`,
    );
  }
  return resolved;
}

function longPollOptions(options: RealtimeOptions): ResolvedOptions['longPoll'] {
  const merged = { ...DEFAULTS.longPoll, ...defined(options.longPoll) };
  if (merged.waitMs > merged.maxWaitMs) {
    throw new RealtimeConfigurationError(
      `longPoll.waitMs (${merged.waitMs}) is longer than longPoll.maxWaitMs (${merged.maxWaitMs}): raise the latter or lower the former.`,
    );
  }
  return merged;
}

function defined<T extends object>(options: T | undefined): Partial<T> {
  return Object.fromEntries(
    Object.entries(options ?? {}).filter(([, value]) => value !== undefined),
  ) as Partial<T>;
}

function positive<T extends object>(group: string, options: T): T {
  for (const [name, value] of Object.entries(options)) {
    if (typeof value !== 'number' || !(value > 0)) {
      throw new RealtimeConfigurationError(
        `${group}.${name} must be a number above 0, not ${String(value)}.`,
      );
    }
  }
  return options;
}
