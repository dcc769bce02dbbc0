import { RealtimeError, type RealtimeErrorCode } from '../../realtime.errors.js';

/** Why a delivery is refused. */
export type RefusalReason =
  | 'signature-missing'
  | 'signature-wrong'
  | 'timestamp-stale'
  | 'handshake-wrong'
  | 'secret-unusable'
  | 'malformed'
  | 'too-large';

const CODES: Record<RefusalReason, RealtimeErrorCode> = Object.freeze({
  'signature-missing': 'unauthorized',
  'signature-wrong': 'unauthorized',
  'timestamp-stale': 'unauthorized',
  'handshake-wrong': 'unauthorized',
  'secret-unusable': 'unauthorized',
  malformed: 'message-invalid',
  'too-large': 'payload-too-large',
});

/** A delivery that is refused. `message` is for the log, and told to the sender only where it helps no forger. */
export class WebhookRefusal extends Error {
  override readonly name = 'WebhookRefusal';

  constructor(
    readonly reason: RefusalReason,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  /** What the sender is told. Of what could not be verified, not why. */
  toError(): RealtimeError {
    const code = CODES[this.reason];
    return new RealtimeError(
      code,
      code === 'unauthorized' ? 'The webhook could not be verified.' : this.message,
    );
  }
}
