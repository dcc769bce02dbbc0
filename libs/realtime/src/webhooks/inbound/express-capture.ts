import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { type WebhookDefinition, Webhooks } from './webhook-options.js';

type Next = (error?: unknown) => void;
type VersionFilter = (request: unknown, response: unknown, next: () => unknown) => unknown;

/** What is used of Express 5: the stack of its router is how it, and Nest, say which route a request takes. */
interface ExpressRequest extends IncomingMessage {
  readonly path: string;
}

interface ExpressLayer {
  readonly route?: {
    readonly methods: Readonly<Record<string, boolean>>;
    readonly stack: readonly { readonly handle: NestHandler }[];
  };
  match(path: string): boolean;
}

interface ExpressApplication {
  readonly router: { readonly stack: readonly ExpressLayer[] };
}

/** What Nest registers: with the metadata of the controller's method, and behind a filter if it has a version. */
type NestHandler = object & { readonly [ACCEPTS]?: VersionFilter };

/** On a version filter, the same filter in front of nothing: whether it would let a request pass. */
const ACCEPTS = Symbol('nestjs-realtime:accepts');

interface NestRoute {
  readonly layer: ExpressLayer;
  readonly handler: NestHandler;
  readonly webhook: WebhookDefinition | undefined;
}

/**
 * Has `capture` read the body of each request that a webhook's route will take, before any body parser: those
 * leave alone what has been read.
 */
export function captureOnExpress(
  adapter: AbstractHttpAdapter,
  capture: (request: IncomingMessage, webhook: WebhookDefinition) => Promise<void>,
): void {
  markVersionFilters(adapter);
  const routes = new ExpressRoutes(adapter.getInstance<ExpressApplication>());
  adapter.use((request: ExpressRequest, _response: ServerResponse, next: Next) => {
    const webhook = request.method === 'POST' ? routes.webhookFor(request) : undefined;
    if (!webhook) return next();
    capture(request, webhook).then(() => next(), next);
  });
}

class ExpressRoutes {
  private routes: NestRoute[] = [];
  private known = 0;

  constructor(private readonly application: ExpressApplication) {}

  /** The webhook of the first route that takes this request, if it is one. */
  webhookFor(request: ExpressRequest): WebhookDefinition | undefined {
    const { stack } = this.application.router;
    if (stack.length !== this.known) {
      this.known = stack.length;
      this.routes = upToLastWebhook(stack.flatMap(nestRoutes));
    }
    return this.routes.find((route) => takes(route, request))?.webhook;
  }
}

function nestRoutes(layer: ExpressLayer): NestRoute[] {
  const { route } = layer;
  if (!route?.methods.post && !route?.methods._all) return [];
  // Middleware bound to a path and method is a route to Express as well, but has no metadata.
  const handler = route.stack
    .map(({ handle }) => handle)
    .find((handle) => Reflect.getMetadataKeys(handle).length > 0);
  if (!handler) return [];
  const webhook = Reflect.getMetadata(Webhooks.KEY, handler) as WebhookDefinition | undefined;
  return [{ layer, handler, webhook }];
}

/** Nothing, if there is no webhook. */
function upToLastWebhook(routes: NestRoute[]): NestRoute[] {
  return routes.slice(0, routes.findLastIndex(({ webhook }) => webhook) + 1);
}

function takes({ layer, handler }: NestRoute, request: ExpressRequest): boolean {
  try {
    if (!layer.match(request.path)) return false;
    return handler[ACCEPTS]?.(request, undefined, () => false) !== false;
  } catch {
    // A path that is not UTF-8, or a version extractor that throws: Express meets it again, and answers.
    return false;
  }
}

function markVersionFilters(adapter: AbstractHttpAdapter): void {
  const original = adapter.applyVersionFilter.bind(adapter);
  adapter.applyVersionFilter = (handler, version, options) =>
    Object.assign(original(handler, version, options), {
      [ACCEPTS]: original(() => true, version, options),
    });
}
