import { RequestMapping, RequestMethod } from '@nestjs/common';

const HANDSHAKES = new WeakSet<object>();

/** Whether a method is the route of a handshake, and not a webhook. */
export function isHandshakeRoute(handler: object): boolean {
  return HANDSHAKES.has(handler);
}

/**
 * Puts a route for handshakes beside a webhook's. It has the webhook's metadata, whether that was set already
 * or is set later: guards, versions, what marks a route as public. The webhook's guard and interceptor answer it.
 */
export function addHandshakeRoute(
  target: object,
  key: string | symbol,
  handler: object,
  path: string,
  method: 'GET' | 'OPTIONS',
): void {
  const value = () => undefined;
  Object.setPrototypeOf(value, handler);
  RequestMapping({ path, method: RequestMethod[method] })(target, key, { value });
  HANDSHAKES.add(value);
  Object.defineProperty(target, `${String(key)}:handshake`, { value, configurable: true, writable: true });
}
