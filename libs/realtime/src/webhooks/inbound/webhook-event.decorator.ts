import { createParamDecorator } from '@nestjs/common';
import { RealtimeConfigurationError } from '../../realtime.errors.js';
import { receivedOf } from './webhook.guard.js';

/** The verified delivery, an `InboundWebhook`. For parameters of a method that has `@Webhook`. */
export const WebhookEvent = createParamDecorator((_data: undefined, context) => {
  const received = receivedOf(context);
  if (received) return received.event;
  throw new RealtimeConfigurationError(
    `${context.getClass().name}.${context.getHandler().name}() has a @WebhookEvent(), but no @Webhook: add it.`,
  );
});
