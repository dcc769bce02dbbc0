import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { captureOnExpress } from './express-capture.js';
import { captureOnFastify } from './fastify-capture.js';
import { keepRawBody, rawBodyOf, readBody } from './raw-body.js';
import { WebhookCatalog } from './webhook-catalog.js';
import { WebhookLog } from './webhook-log.js';
import type { WebhookDefinition } from './webhook-options.js';
import { WebhookRefusal } from './webhook-refusal.js';

/**
 * Keeps the bytes of the requests to webhooks, and only of those, whatever their content type, and however the
 * application parses others. Nest creates providers before it installs body parsers: a constructor is early
 * enough.
 */
@Injectable()
export class WebhookCapture {
  constructor(
    host: HttpAdapterHost,
    catalog: WebhookCatalog,
    private readonly log: WebhookLog,
  ) {
    host.init$.subscribe(() => {
      const adapter: HttpAdapterHost['httpAdapter'] | null = host.httpAdapter;
      // A standalone context has none.
      if (!adapter) return;
      const capture = this.capture.bind(this);
      if (adapter.getType() === 'express') captureOnExpress(adapter, capture);
      if (adapter.getType() === 'fastify') captureOnFastify(adapter, catalog.methods(), capture);
    });
  }

  private async capture(
    request: IncomingMessage,
    webhook: WebhookDefinition,
    stream: Readable = request,
  ): Promise<void> {
    // Read by somebody else: another application on this adapter, or a parser in front, which the guard reports.
    if (rawBodyOf(request) || stream.readableDidRead) return;
    try {
      const declared = Number(request.headers['content-length'] ?? 0);
      keepRawBody(request, await readBody(stream, declared, webhook.maxBytes));
    } catch (error) {
      throw error instanceof WebhookRefusal ? this.log.refused(webhook, error) : error;
    }
  }
}
