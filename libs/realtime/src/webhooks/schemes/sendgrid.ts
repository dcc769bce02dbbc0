import { p256PublicKey } from './secrets.js';
import { TOLERANCE_MS, type WebhookScheme, type WebhookSecret } from './webhook-scheme.js';

export interface SendgridOptions {
  /** The verification key of the event webhook, in base64, as SendGrid shows it. */
  readonly publicKey: WebhookSecret;
}

/**
 * SendGrid's event webhook. It sends its events in batches: `data` is a list, the type is `message`, and the id
 * is made of the ids of all the events in it.
 *
 * @see https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features
 * @example
 * \@Webhook('sendgrid', { scheme: sendgrid({ publicKey: process.env.SENDGRID_VERIFICATION_KEY! }) })
 */
export function sendgrid({ publicKey }: SendgridOptions): WebhookScheme {
  return {
    name: 'sendgrid',
    secret: publicKey,
    signature: {
      in: [{ header: 'x-twilio-email-event-webhook-signature' }],
      variants: [{ prefix: '', algorithm: 'ecdsa-p256-sha256', encoding: 'base64', key: p256PublicKey }],
    },
    signed: '{timestamp}{body}',
    timestamp: {
      in: [{ header: 'x-twilio-email-event-webhook-timestamp' }],
      unit: 's',
      toleranceMs: TOLERANCE_MS,
    },
    id: [{ body: '*.sg_event_id' }, { digest: 'body' }],
  };
}
