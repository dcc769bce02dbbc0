import { applyDecorators, HttpCode, Post, UseGuards, UseInterceptors } from '@nestjs/common';
import { addHandshakeRoute } from './handshake-route.js';
import { WebhookGuard } from './webhook.guard.js';
import { WebhookInterceptor } from './webhook.interceptor.js';
import { defineWebhook, type WebhookOptions, Webhooks } from './webhook-options.js';

/**
 * A POST route that takes a sender's webhooks: verified over the bytes as they came, each handled once, and
 * published to `webhooks/<name>`. Answers 200, or what `@HttpCode` says, when the handler has run; what it
 * throws goes to the exception filters, and the sender's retry runs it again. A handler that takes more than 5
 * minutes may run a second time beside the first. With `ack: 'accepted'`, answers 202 before the handler runs.
 * Norm: docs/PROTOCOL.md, Webhooks in.
 *
 * @example
 * \@Webhook('courier', { scheme: standardWebhooks({ secret }) })
 * picked(\@WebhookEvent() event: InboundWebhook<Pickup>) {}
 */
export function Webhook(path: string, options: WebhookOptions): MethodDecorator {
  const decorate = applyDecorators(
    Webhooks(defineWebhook(path, options)),
    Post(path),
    unlessThere(HttpCode(options.ack === 'accepted' ? 202 : 200)),
    UseGuards(WebhookGuard),
    UseInterceptors(WebhookInterceptor),
  );
  const { method = 'POST' } = options.scheme.handshake ?? {};
  return (target, key, descriptor) => {
    decorate(target, key, descriptor);
    if (method !== 'POST') addHandshakeRoute(target, key, descriptor.value as object, path, method);
  };
}

/** Sets the metadata that `decorator` sets, unless the method has it: what stands above and below is equal. */
function unlessThere(decorator: MethodDecorator): MethodDecorator {
  return (target, key, descriptor) => {
    const sample = { value: () => undefined };
    decorator(target, key, sample);
    const keys = Reflect.getMetadataKeys(sample.value);
    if (!keys.some((name) => Reflect.hasOwnMetadata(name, descriptor.value as object))) {
      decorator(target, key, descriptor);
    }
  };
}
