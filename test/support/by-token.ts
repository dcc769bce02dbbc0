import type { Handshake, Principal } from 'nestjs-realtime';

/** An `authenticate` to whom the token is the principal's id, and nobody without one is anybody. */
export function byToken({ token }: Handshake): Principal | undefined {
  return token ? { id: token } : undefined;
}
