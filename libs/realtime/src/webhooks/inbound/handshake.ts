import type { VerificationKey } from '../schemes/secrets.js';
import { createSignature } from '../schemes/signature.js';
import type { HandshakeAnswer, WebhookRequest, WebhookScheme } from '../schemes/webhook-scheme.js';
import { WebhookRefusal } from './webhook-refusal.js';

/**
 * What anybody may have signed: X signs its challenges as it signs bodies, so a challenge must never be a body
 * that is accepted.
 */
const CHALLENGE = /^[\w.+/=~-]{1,512}$/;

/** Whether the scheme's handshake would sign this for anybody. */
export function mightBeChallenge({ handshake }: WebhookScheme, content: Buffer): boolean {
  return (handshake?.method ?? 'POST') !== 'POST' && CHALLENGE.test(content.toString('latin1'));
}

/** The answer to a delivery that is verified, if it is a handshake. */
export function answerDelivery(
  { handshake }: WebhookScheme,
  key: VerificationKey,
  request: WebhookRequest,
  data: unknown,
): HandshakeAnswer | undefined {
  if (!handshake || (handshake.method ?? 'POST') !== 'POST') return undefined;
  const { headers, query } = request;
  return handshake.answer({ headers, query, data, sign: (content) => signedBy(key, content) });
}

/**
 * The answer to a GET or OPTIONS.
 * @throws WebhookRefusal `handshake-wrong`
 */
export function answerStranger(
  { handshake }: WebhookScheme,
  [key]: readonly VerificationKey[],
  { headers, query }: WebhookRequest,
): HandshakeAnswer {
  const sign = (content: string) => {
    if (key && CHALLENGE.test(content)) return signedBy(key, content);
    throw new WebhookRefusal('handshake-wrong', 'Its challenge is none that may be signed for anybody.');
  };
  const answer = handshake?.answer({ headers, query, data: undefined, sign });
  if (answer) return answer;
  throw new WebhookRefusal('handshake-wrong', 'It is no handshake of this webhook.');
}

function signedBy({ variant, key }: VerificationKey, content: string): string {
  return createSignature(variant, key, Buffer.from(content));
}
