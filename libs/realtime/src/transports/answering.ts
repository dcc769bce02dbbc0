import type { ExecutionContext } from '@nestjs/common';
import { Observable } from 'rxjs';
import { RealtimeError } from '../realtime.errors.js';
import { retryAfter } from '../timing/jitter.js';
import { HttpExchange } from './http-exchange.js';

/**
 * Runs `answer` as the body of an interceptor. What it resolves to is what Nest sends, unless the exchange was
 * answered otherwise. When Nest stops waiting before that, the exchange is given up.
 */
export function answering(
  context: ExecutionContext,
  answer: (exchange: HttpExchange) => Promise<unknown>,
): Observable<unknown> {
  return new Observable((subscriber) => {
    const exchange = new HttpExchange(context);
    let answered = false;
    answer(exchange).then(
      (value) => {
        answered = true;
        exchange.settle();
        subscriber.next(value);
        subscriber.complete();
      },
      (error: unknown) => {
        answered = true;
        exchange.settle();
        subscriber.error(forClient(exchange, error));
      },
    );
    return () => {
      if (!answered) exchange.giveUp();
    };
  });
}

/** An error as a client may see it, with the headers that go with it. */
export function forClient(exchange: HttpExchange, error: unknown): unknown {
  const known = RealtimeError.from(error);
  if (known instanceof RealtimeError && known.retryAfterMs !== undefined) {
    exchange.setHeaders({ 'Retry-After': retryAfter(known.retryAfterMs) });
  }
  return known;
}
