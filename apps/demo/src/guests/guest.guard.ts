import { type CanActivate, type ExecutionContext, ForbiddenException, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { Guests } from './guests.js';

/** Lets guests at their own order only. */
@Injectable()
export class GuestGuard implements CanActivate {
  constructor(private readonly guests: Guests) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<Request<{ id: string }>>();
    const guest = this.guests.recognise(tokenOf(request));
    if (guest.order !== request.params.id)
      throw new ForbiddenException('This is the order of another table.');
    return true;
  }
}

/** As the gateway does it: an EventSource cannot send headers, so its token comes in the query. */
function tokenOf(request: Request<{ id: string }>): string | undefined {
  const bearer = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const { access_token: parameter } = request.query;
  return bearer ?? (typeof parameter === 'string' ? parameter : undefined);
}
