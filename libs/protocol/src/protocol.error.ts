/** What a client did wrong, as it is told on the wire. */
export type ProtocolErrorCode =
  'cursor-malformed' | 'topic-invalid' | 'type-invalid' | 'query-invalid' | 'message-invalid';

/** Input that breaks the protocol. `code` is stable; the message is for people. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';

  constructor(
    readonly code: ProtocolErrorCode,
    message: string,
  ) {
    super(message);
  }
}
