import { HttpException } from '@nestjs/common';
import { ProtocolError, type ProtocolErrorCode, type ResetReason } from 'nestjs-realtime-protocol';

/** Every code a client may be told, with its HTTP status. Norm: docs/PROTOCOL.md, Errors. */
const STATUS = Object.freeze({
  'cursor-malformed': 400,
  'topic-invalid': 400,
  'type-invalid': 400,
  'query-invalid': 400,
  'message-invalid': 400,
  'data-unserialisable': 500,
  unauthorized: 401,
  forbidden: 403,
  'origin-refused': 403,
  'delivery-running': 409,
  'payload-too-large': 413,
  'too-many-topics': 429,
  'too-many-connections': 429,
  'too-many-polls': 503,
  'shutting-down': 503,
  expired: 401,
  revoked: 401,
  'journal-full': 503,
  'log-unavailable': 503,
  internal: 500,
} satisfies Record<ProtocolErrorCode | string, number>);

export type RealtimeErrorCode = keyof typeof STATUS;

/**
 * An error with a stable `code` that a client may see. An HttpException, so that exception filters treat it
 * like any other; its body is `{ statusCode, code, message }`.
 */
export class RealtimeError extends HttpException {
  constructor(
    readonly code: RealtimeErrorCode,
    message: string,
    /** When to try again, in milliseconds, where that helps. */
    readonly retryAfterMs?: number,
    status: number = STATUS[code],
    /** What led to it, and what more there is to say to the application, but not to a client. */
    options?: { readonly cause?: unknown; readonly detail?: string },
  ) {
    super({ statusCode: status, code, message }, status, options);
    if (options?.detail) this.message = `${message} ${options.detail}`;
  }

  /** What a client is told. */
  get clientMessage(): string {
    return (this.getResponse() as { readonly message: string }).message;
  }

  /** The same error for a client: codecs of the protocol throw their own. Others are returned as they are. */
  static from(error: unknown): unknown {
    return error instanceof ProtocolError ? new RealtimeError(error.code, error.message) : error;
  }
}

/**
 * What `bus.stream()` errors with when it cannot be proven that nothing was missed: reload state and stream on
 * from `cursor`.
 */
export class RealtimeResetError extends Error {
  override readonly name = 'RealtimeResetError';

  constructor(
    readonly reason: ResetReason,
    readonly cursor: string,
  ) {
    super(`History was lost (${reason}): reload state and go on from ${cursor}.`);
  }
}

/** The application is set up wrongly. Thrown at start; names the culprit and the remedy. */
export class RealtimeConfigurationError extends Error {
  override readonly name = 'RealtimeConfigurationError';
}
