import { createHmac, type KeyObject, sign } from 'node:crypto';

/**
 * The headers of Standard Webhooks for `body`, signed now with each of the keys. What `signWebhook` does for any
 * scheme, in less time: it is done for every attempt.
 */
export function signDelivery(keys: readonly KeyObject[], id: string, body: string): Record<string, string> {
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const content = `${id}.${timestamp}.${body}`;
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': keys.map((key) => signatureOf(content, key)).join(' '),
  };
}

function signatureOf(content: string, key: KeyObject): string {
  return key.type === 'secret'
    ? `v1,${createHmac('sha256', key).update(content).digest('base64')}`
    : `v1a,${sign(null, Buffer.from(content), key).toString('base64')}`;
}
