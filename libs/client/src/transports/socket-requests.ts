import type {
  PublishAck,
  RefreshAck,
  SocketError,
  SubscribeAck,
  UnsubscribeAck,
} from 'nestjs-realtime-protocol';
import type { Socket } from 'socket.io-client';
import { RealtimeClientError } from '../client.error.js';

type Ack = SubscribeAck | UnsubscribeAck | PublishAck | RefreshAck;
/** What an acknowledgement says if it says yes. */
export type Given<A extends Ack> = Extract<A, { readonly ok: true }>;

export interface SocketRequest<A extends Ack> {
  readonly name: string;
  readonly message: unknown;
  /** Looked at before anything that comes after the acknowledgement. */
  readonly given: (ack: Given<A>) => void;
  readonly failed: (error: RealtimeClientError) => void;
}

/** Says something on a socket and hears the acknowledgement. */
export function askSocket<A extends Ack>(
  socket: Socket,
  answerMs: number,
  { name, message, given, failed }: SocketRequest<A>,
): void {
  socket.timeout(answerMs).emit(name, message, (late: Error | null, ack: A) => {
    if (late) failed(new RealtimeClientError('timeout', `The server did not answer to "${name}".`));
    else if (!ack.ok) failed(errorOf(ack.error));
    else given(ack as Given<A>);
  });
}

export function errorOf({ code, message, retryAfterMs }: SocketError): RealtimeClientError {
  return new RealtimeClientError(code, message, undefined, retryAfterMs);
}
