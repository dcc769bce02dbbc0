import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { HttpException, HttpStatus } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import type { WebhookMethod } from './webhook-catalog.js';
import type { WebhookDefinition } from './webhook-options.js';

type Done = (error: unknown, result?: unknown) => void;

/** What is used of Fastify 5. */
interface FastifyRequest {
  get headers(): IncomingHttpHeaders;
  /** Instead of those that were sent. */
  set headers(headers: IncomingHttpHeaders | undefined);
  readonly raw: IncomingMessage;
  readonly routeOptions: { readonly config?: { readonly [ROUTE_CONFIG]?: WebhookDefinition } };
}

interface FastifyInstance {
  addHook(
    name: 'preParsing',
    hook: (request: FastifyRequest, reply: unknown, payload: Readable, done: Done) => void,
  ): unknown;
  addContentTypeParser(
    type: string,
    parser: (request: FastifyRequest, payload: Readable, done: Done) => void,
  ): unknown;
}

/** Where `@RouteConfig` of `@nestjs/platform-fastify`, which may not be installed, leaves a route's config. */
const ROUTE_CONFIG_METADATA = '__fastify_route_config__';
const ROUTE_CONFIG = Symbol('nestjs-realtime:webhook');
/** Stands in for the content type of a body that has been read, so that no other parser is asked. */
const CAPTURED = 'application/x-nestjs-realtime-captured';

/** Has `capture` read the body of each request that Fastify routes to one of the methods, before it is parsed. */
export function captureOnFastify(
  adapter: AbstractHttpAdapter,
  methods: readonly WebhookMethod[],
  capture: (request: IncomingMessage, webhook: WebhookDefinition, payload: Readable) => Promise<void>,
): void {
  if (methods.length === 0) return;
  for (const { handler, webhook } of methods) {
    const config: object = Reflect.getMetadata(ROUTE_CONFIG_METADATA, handler) ?? {};
    Reflect.defineMetadata(ROUTE_CONFIG_METADATA, { ...config, [ROUTE_CONFIG]: webhook }, handler);
  }
  const instance = adapter.getInstance<FastifyInstance>();
  const headersOf = new WeakMap<FastifyRequest, IncomingHttpHeaders>();
  instance.addHook('preParsing', (request, _reply, payload, done) => {
    const webhook = request.routeOptions.config?.[ROUTE_CONFIG];
    if (!webhook || request.raw.method !== 'POST') return done(null, payload);
    capture(request.raw, webhook, payload).then(() => {
      headersOf.set(request, request.headers);
      request.headers = { ...request.headers, 'content-type': CAPTURED };
      done(null, new Readable({ read: end }));
    }, done);
  });
  instance.addContentTypeParser(CAPTURED, (request, _payload, done) => {
    const headers = headersOf.get(request);
    if (!headers) return done(unsupported());
    // Fastify copies headers that were set each time they are read.
    request.headers = headers === request.raw.headers ? undefined : headers;
    done(null);
  });
}

/** Of a stream with nothing in it. */
function end(this: Readable): void {
  this.push(null);
}

/** What Fastify says of a type that it has no parser for. */
function unsupported(): HttpException {
  const statusCode = HttpStatus.UNSUPPORTED_MEDIA_TYPE;
  return new HttpException({ statusCode, message: 'Unsupported Media Type' }, statusCode);
}
