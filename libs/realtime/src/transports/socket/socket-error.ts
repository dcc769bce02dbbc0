import { HttpException, type Logger } from '@nestjs/common';
import type { SocketError } from 'nestjs-realtime-protocol';
import { RealtimeError } from '../../realtime.errors.js';

/** What a client is told of an error. What it must not know is logged. */
export function socketError(error: unknown, logger: Logger): SocketError {
  const known = RealtimeError.from(error);
  if (known instanceof RealtimeError && known.getStatus() < 500) return wire(known);
  if (known instanceof RealtimeError && known.retryAfterMs !== undefined) return wire(known);
  if (known instanceof HttpException && known.getStatus() < 500) {
    return { code: known.getStatus() === 401 ? 'unauthorized' : 'forbidden', message: known.message };
  }
  logger.error('A socket message failed.', error);
  return { code: 'internal', message: 'Internal server error' };
}

function wire({ code, clientMessage: message, retryAfterMs }: RealtimeError): SocketError {
  return { code, message, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}
