import { Controller, Get, Post, UseInterceptors, VERSION_NEUTRAL } from '@nestjs/common';
import { HubPublisher } from './hub-publisher.js';
import { HubReader } from './hub-reader.js';

/**
 * The hub: several topics over one connection, under the topic policies. Its interceptors answer: what to read
 * and what to publish is in the request, and how it is answered is the protocol's. Norm: docs/PROTOCOL.md, Hub.
 */
@Controller({ path: 'realtime/events', version: VERSION_NEUTRAL })
export class HubController {
  @Get()
  @UseInterceptors(HubReader)
  read(): void {}

  @Post()
  @UseInterceptors(HubPublisher)
  publish(): void {}
}
