import { STATUS_CODES } from 'node:http';
import { HttpException } from '@nestjs/common';
import { BaseExceptionFilter } from '@nestjs/core';
import { RealtimeError } from '../../realtime.errors.js';

const filter = new BaseExceptionFilter();

/** What a client may know of an error: what Nest's exception filter would tell it. */
export function errorText(error: unknown): string {
  if (error instanceof RealtimeError) return error.clientMessage;
  if (error instanceof HttpException) {
    return error.getResponse() instanceof Error ? statusText(error.getStatus()) : error.message;
  }
  if (!filter.isHttpError(error)) return statusText(500);
  return 'expose' in error && error.expose === false ? statusText(error.statusCode) : error.message;
}

function statusText(status: number): string {
  return status === 500 ? 'Internal server error' : (STATUS_CODES[status] ?? 'Error');
}
