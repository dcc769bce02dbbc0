import { RealtimeError } from '../realtime.errors.js';
import { retryAfter } from '../timing/jitter.js';

/** An answer that has not been sent. */
interface Answer {
  setHeaders(headers: Readonly<Record<string, string>>): void;
}

/** An error as a client may see it, with the headers that go with it. */
export function forClient(answer: Answer, error: unknown): unknown {
  const known = RealtimeError.from(error);
  if (known instanceof RealtimeError && known.retryAfterMs !== undefined) {
    answer.setHeaders({ 'Retry-After': retryAfter(known.retryAfterMs) });
  }
  return known;
}
