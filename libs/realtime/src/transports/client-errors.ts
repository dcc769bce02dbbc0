import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { catchError, type Observable } from 'rxjs';
import { forClient } from './answering.js';
import { HttpExchange } from './http-exchange.js';

/** Answers errors of the protocol with their code and, where they have one, `Retry-After`. */
export class ClientErrors implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(
      catchError((error: unknown) => {
        throw forClient(new HttpExchange(context), error);
      }),
    );
  }
}
