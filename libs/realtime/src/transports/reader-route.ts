import {
  applyDecorators,
  type ExecutionContext,
  Get,
  type NestInterceptor,
  type Type,
  UseInterceptors,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { RealtimeConfigurationError } from '../realtime.errors.js';

/** What all HTTP readers have in common. */
export interface ReaderRouteOptions {
  /**
   * State mode: the topic or topics whose events mean that the state may have changed. `:params` are filled
   * from the route's.
   */
  readonly topic?: string | readonly string[];
}

/** A method that a transport decorator was put on. */
export interface ReaderRoute<Options extends ReaderRouteOptions = ReaderRouteOptions> {
  /** Name of the decorator, for messages. */
  readonly decorator: string;
  readonly options: Options;
  /** Whether the decorator needs `topic` for anything but a TopicRef. */
  readonly needsTopic: boolean;
}

/** The transports on a method, in the order in which their decorators ran. One is right, two are an error. */
export const ReaderRoutes = Reflector.createDecorator<ReaderRoute[]>({ key: 'nestjs-realtime:routes' });

/** A Nest GET route that `interceptor` answers. */
export function readerRoute(
  path: string | string[] | undefined,
  route: ReaderRoute,
  interceptor: Type<NestInterceptor>,
): MethodDecorator {
  return applyDecorators(
    (target: object, key: string | symbol, descriptor: PropertyDescriptor) => {
      const others = (Reflect.getMetadata(ReaderRoutes.KEY, descriptor.value as object) ??
        []) as ReaderRoute[];
      ReaderRoutes([...others, route])(target, key, descriptor);
      // Whether a handler takes @Res() or not, it is the library that answers: as with `passthrough`.
      Reflect.defineMetadata('__responsePassthrough__', true, target.constructor, key);
    },
    Get(path),
    UseInterceptors(interceptor),
  );
}

/** `Class.method`, for messages. */
export function handlerName(context: ExecutionContext): string {
  return `${context.getClass().name}.${context.getHandler().name}()`;
}

/** What a handler gets that returned state although its decorator cannot tell when to look again. */
export function missingTopic(context: ExecutionContext, decorator: string): RealtimeConfigurationError {
  return new RealtimeConfigurationError(
    `${handlerName(context)} returned state, but its @${decorator} does not say when to look again: give it a "topic", or return topic(…). An interceptor that stands above the decorator sees what the handler returns; it must leave that as it is, or stand below.`,
  );
}
