import type { LogEvent } from '../bus/log-event.js';
import type { TopicPattern } from '../bus/topic-pattern.js';
import { RealtimeConfigurationError } from '../realtime.errors.js';
import { RETRY_SCHEDULE } from './retry-schedule.js';

/** How a durable consumer works. */
export interface ConsumerOptions {
  /** Events under way at once. Default: 8. */
  readonly concurrency?: number;
  /** One after the other, in the order of the log: an event that fails holds back all after it. Default: false. */
  readonly ordered?: boolean;
  /** Attempts begun per second; a burst may be half a second's worth. Default: Infinity. */
  readonly rateLimit?: number;
  /**
   * Waits between the attempts at one event, in milliseconds, made longer at random by up to a tenth. After the
   * last it is a dead letter; none at all makes it one at once. Default: 5 s, 5 min, 30 min, 2 h, 5 h, 10 h,
   * 14 h, 20 h, 24 h.
   */
  readonly retries?: readonly number[];
  /**
   * How long one attempt may take, in milliseconds, give or take 100. Then its signal aborts and it has failed,
   * even if the handler goes on. Infinity switches it off. Default: 300,000.
   */
  readonly timeoutMs?: number;
}

/** Options with defaults, and what the consumer is. */
export interface ConsumerDefinition extends Required<ConsumerOptions> {
  /** Unique, at most 128 bytes as a topic segment: what is remembered is remembered under it. */
  readonly name: string;
  readonly patterns: readonly TopicPattern[];
  /** Attempts an event. What it throws is a failure; see `RetryAfterError` and `GiveUpError`. */
  readonly handle: (event: LogEvent, attempt: CuttableAttempt) => Promise<void>;
  /**
   * Events attempted and not written down at once: what is attempted again after a crash, at most. Not when it is
   * `ordered`. Default: `concurrency`, and never less.
   */
  readonly window?: number;
  /** Whether an event that matches is for this consumer. Default: all. */
  readonly accepts?: (event: LogEvent) => boolean;
}

/**
 * Options with defaults where something is left out, or undefined.
 * @throws RealtimeConfigurationError when they contradict each other
 */
export function withDefaults(
  options: ConsumerOptions,
  defaults: Required<ConsumerOptions> = CONSUMER_DEFAULTS,
): Required<ConsumerOptions> {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const { ordered, concurrency } = options;
  if (ordered && concurrency !== undefined && concurrency !== 1) {
    throw new RealtimeConfigurationError(
      `ordered is one after the other, so concurrency cannot be ${concurrency}: leave one of them out.`,
    );
  }
  return { ...defaults, ...Object.fromEntries(given) };
}

/** Whether an event is for a consumer. */
export function accepts({ patterns, accepts }: ConsumerDefinition, event: LogEvent): boolean {
  return patterns.some((pattern) => pattern.match(event.topic)) && (accepts?.(event) ?? true);
}

/** One try at one event. */
export interface Attempt {
  /** 1 for the first. */
  readonly number: number;
  /** Aborts when the attempt has taken too long, or the application shuts down and can wait no longer. */
  readonly signal: AbortSignal;
}

/** An attempt for handlers of ours: they need no signal, which costs more than all else of an attempt. */
export interface CuttableAttempt extends Attempt {
  /** Has `listener`, and no other, called when `signal` would abort, or now if it has. */
  onAbort(listener: (reason: Error) => void): void;
}

export const CONSUMER_DEFAULTS = Object.freeze({
  concurrency: 8,
  ordered: false,
  rateLimit: Infinity,
  retries: RETRY_SCHEDULE,
  timeoutMs: 300_000,
} satisfies Required<ConsumerOptions>);

/**
 * A failure after which the target asked to be left alone: for so long, at most a day, the consumer attempts
 * nothing, neither this event nor others.
 */
export class RetryAfterError extends Error {
  override readonly name = 'RetryAfterError';

  constructor(
    message: string,
    readonly retryAfterMs: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** A failure of this event alone, after which it is no use to try again: it is a dead letter at once. */
export class GiveUpError extends Error {
  override readonly name = 'GiveUpError';
}
