import { Body, Controller, Get, Headers, Post, Req, UseInterceptors, VERSION_NEUTRAL } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { ClientErrors } from '../client-errors.js';
import { HubPublisher } from './hub-publisher.js';
import { HubReader } from './hub-reader.js';

/**
 * The hub: several topics over one connection, under the topic policies.
 * Norm: docs/PROTOCOL.md, Hub.
 */
@Controller({ path: 'realtime/events', version: VERSION_NEUTRAL })
export class HubController {
  constructor(private readonly publisher: HubPublisher) {}

  @Get()
  @UseInterceptors(HubReader)
  read(): void {
    // HubReader answers: what to read is in the query, not in the application's hands.
  }

  @Post()
  @UseInterceptors(ClientErrors)
  publish(
    @Req() request: IncomingMessage & { raw?: IncomingMessage },
    @Body() body: unknown,
    @Headers('idempotency-key') idempotencyKey?: string,
  ): Promise<{ id: string }> {
    return this.publisher.publish(request.raw ?? request, body, idempotencyKey);
  }
}
