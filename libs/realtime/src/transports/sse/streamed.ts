import { isObservable, type Observable } from 'rxjs';

/** An Observable that a handler returned, in a box, so that it is not taken apart on its way. */
export class Streamed {
  constructor(readonly messages: Observable<unknown>) {}
}

/**
 * Has a handler return its Observables in a box. Nest flattens Observables before an interceptor sees them,
 * which hides when the handler has returned, and with that when the headers can leave.
 */
export function keepObservables(descriptor: PropertyDescriptor): void {
  const handler = descriptor.value as (this: unknown, ...args: unknown[]) => unknown;
  const boxed = function (this: unknown, ...args: unknown[]): unknown {
    const result = handler.apply(this, args);
    return isThenable(result) ? Promise.resolve(result).then(box) : box(result);
  };
  for (const key of Reflect.getMetadataKeys(handler)) {
    Reflect.defineMetadata(key, Reflect.getMetadata(key, handler), boxed);
  }
  Object.defineProperty(boxed, 'name', { value: handler.name });
  Object.defineProperty(boxed, 'length', { value: handler.length });
  descriptor.value = boxed;
}

function isThenable(result: unknown): boolean {
  return typeof (result as PromiseLike<unknown> | undefined | null)?.then === 'function';
}

function box(result: unknown): unknown {
  return isObservable(result) ? new Streamed(result) : result;
}
