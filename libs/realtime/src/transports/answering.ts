import type { ExecutionContext } from '@nestjs/common';
import { Observable } from 'rxjs';
import { forClient } from './for-client.js';
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
