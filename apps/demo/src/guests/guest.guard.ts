import { type CanActivate, type ExecutionContext, ForbiddenException, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { Guests } from './guests.js';
import { tokenOf } from './token-of.js';

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
