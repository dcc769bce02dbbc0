import * as common from '@nestjs/common';
import type { HttpExchange } from '../http-exchange.js';
import { onceClosed } from '../response-close.js';

/**
 * Serves Nest's `@SseSignal()`: aborted when the stream is over. Made only for handlers that ask for it.
 * Older versions of Nest 12 do not have it.
 */
export function provideSignal({ response, request: { socket } }: HttpExchange, request: object): void {
  if (!('SSE_ABORT_CONTROLLER' in common)) return;
  let controller: AbortController | undefined;
  const get = () => {
    if (controller) return controller;
    const created = (controller = new AbortController());
    onceClosed(response, socket, () => created.abort());
    return created;
  };
  Object.defineProperty(request, common.SSE_ABORT_CONTROLLER, { get, configurable: true });
}
