import { CertificateCache } from './certificate-cache.js';
import { certificateFetch, type FetchCertificate } from './fetch-certificate.js';
import { paypalCertificateKey, requiredText } from './secrets.js';
import type { WebhookScheme } from './webhook-scheme.js';

export interface PaypalOptions {
  /** The id of the webhook, as PayPal's dashboard shows it: not that of an event. */
  readonly webhookId: string;
  /**
   * Fetches the certificate that PayPal names, in PEM. The URL has been checked: HTTPS, at paypal.com. Default:
   * a GET to public addresses, without a proxy.
   */
  readonly certificate?: FetchCertificate;
}

/**
 * PayPal. It signs with a certificate, which is fetched from paypal.com, and kept for a day. Of the body it
 * signs a CRC-32, which can be forged by whoever has seen a delivery: hence no two deliveries of one
 * transmission are handled.
 *
 * @see https://docs.paypal.ai/reference/api/rest/verify-webhook-signature/verify-webhook-signature
 * @example
 * \@Webhook('paypal', { scheme: paypal({ webhookId: process.env.PAYPAL_WEBHOOK_ID! }) })
 * @throws Error when the webhook's id is not one
 */
export function paypal({ webhookId, certificate = certificateFetch() }: PaypalOptions): WebhookScheme {
  const webhook = requiredText('paypal', 'webhookId', webhookId);
  if (!/^\w+$/.test(webhook)) throw new Error('paypal: the webhookId is not written as PayPal writes them.');
  const certificates = new CertificateCache('paypal.com', certificate, paypalCertificateKey);
  return {
    name: 'paypal',
    secret: ({ headers }) => certificates.get(headers['paypal-cert-url']),
    signature: {
      in: [{ header: 'paypal-transmission-sig' }],
      variants: [{ prefix: '', algorithm: 'rsa-sha256', encoding: 'base64', key: paypalCertificateKey }],
    },
    signed: `{header:paypal-transmission-id}|{timestamp}|${webhook}|{crc32}`,
    timestamp: { in: [{ header: 'paypal-transmission-time' }], unit: 'rfc3339', toleranceMs: Infinity },
    id: [{ body: 'id' }],
    sharedIds: true,
    type: [{ body: 'event_type' }],
  };
}
