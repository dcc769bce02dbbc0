/**
 * What went wrong between client and server. `code` is stable: one of the server's (docs/PROTOCOL.md, Errors), or
 * the client's own: `network`, `timeout`, `unavailable` (a transport that cannot be had here), `answer-invalid`
 * (no nestjs-realtime server) and `closed`.
 */
export class RealtimeClientError extends Error {
  override readonly name = 'RealtimeClientError';

  constructor(
    readonly code: string,
    message: string,
    /** Status of the HTTP answer, where there was one. */
    readonly status?: number,
    /** When to try again, in milliseconds, where the server said so. */
    readonly retryAfterMs?: number,
  ) {
    super(message);
  }

  /** Anything that was thrown, as one of these. */
  static from(error: unknown): RealtimeClientError {
    if (error instanceof RealtimeClientError) return error;
    return new RealtimeClientError('network', error instanceof Error ? error.message : String(error));
  }

  /** Whether the server understood and says no: asking again, or in another way, changes nothing. */
  get isRefusal(): boolean {
    return REFUSALS.has(this.code);
  }

  /** Whether other credentials are wanted. */
  get wantsCredentials(): boolean {
    return CREDENTIALS.has(this.code);
  }
}

const REFUSALS: ReadonlySet<string> = new Set([
  'forbidden',
  'topic-invalid',
  'type-invalid',
  'cursor-malformed',
  'message-invalid',
  'payload-too-large',
  'too-many-topics',
]);
const CREDENTIALS: ReadonlySet<string> = new Set(['unauthorized', 'expired', 'revoked']);
