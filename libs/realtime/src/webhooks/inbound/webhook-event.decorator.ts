import { createParamDecorator } from '@nestjs/common';
import { RealtimeConfigurationError } from '../../realtime.errors.js';
import { receivedOf } from './webhook.guard.js';

type Pipes = Parameters<typeof FromRequest>;

/** Where a method's parameters have `@WebhookEvent`. */
export interface EventParameter {
  readonly index: number;
  readonly hasPipes: boolean;
}

const PARAMETERS = 'nestjs-realtime:webhook-event';

const FromRequest = createParamDecorator((_data: undefined, context) => {
  const received = receivedOf(context);
  if (received && 'event' in received) return received.event;
  throw new RealtimeConfigurationError(
    `${context.getClass().name}.${context.getHandler().name}() has a @WebhookEvent(), but no @Webhook: add it.`,
  );
});

/** The verified delivery, an `InboundWebhook`. For parameters of a method that has `@Webhook`. */
export function WebhookEvent(...pipes: Pipes): ParameterDecorator {
  return (target, key, index) => {
    FromRequest(...pipes)(target, key, index);
    const parameter: EventParameter = { index, hasPipes: pipes.length > 0 };
    const others = eventParametersOf(target.constructor, key!);
    // On the class, for another decorator may replace the method.
    Reflect.defineMetadata(PARAMETERS, [...others, parameter], target.constructor, key!);
  };
}

export function eventParametersOf(metatype: object, method: string | symbol): readonly EventParameter[] {
  return (Reflect.getMetadata(PARAMETERS, metatype, method) as EventParameter[] | undefined) ?? [];
}
