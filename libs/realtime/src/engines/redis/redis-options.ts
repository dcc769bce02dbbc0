import type { RedisOptions } from 'ioredis';

export interface RedisEngineOptions {
  /** `redis://user:password@host:6379/0`, or `rediss://` for TLS. Default: what `connection` says. */
  readonly url?: string;
  /** Options of ioredis, Sentinel among them. What the engine depends on it sets itself. */
  readonly connection?: RedisOptions;
  /** What the names of all keys begin with: logs of other prefixes are other logs. Default: `realtime`. */
  readonly prefix?: string;
  /**
   * Whether Redis loses nothing that it has acknowledged when it restarts or fails over: `appendfsync always`, and
   * no replica that may be promoted while it is behind. Otherwise each restart is a new epoch, and clients that
   * come back are told `reset`. Default: false.
   */
  readonly persistent?: boolean;
  /** How long Redis may take to answer, in milliseconds. Default: 5,000. */
  readonly timeoutMs?: number;
}

/** With the defaults. */
export type ResolvedRedisOptions = RedisEngineOptions &
  Required<Pick<RedisEngineOptions, keyof typeof REDIS_DEFAULTS>>;

export const REDIS_DEFAULTS = Object.freeze({
  prefix: 'realtime',
  persistent: false,
  timeoutMs: 5_000,
} satisfies RedisEngineOptions);
