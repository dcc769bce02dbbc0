import { jsonAnswer, property } from './handshake-answers.js';
import { ed25519HexKey } from './secrets.js';
import {
  type HandshakeAnswer,
  type HandshakeRequest,
  TOLERANCE_MS,
  type WebhookScheme,
  type WebhookSecret,
} from './webhook-scheme.js';

export interface DiscordOptions {
  /** The application's public key, 64 hex digits. */
  readonly publicKey: WebhookSecret;
}

/**
 * Discord: interactions and webhook events. Its pings are answered once their signature has been found right;
 * now and then it sends a wrong signature and wants a 401. What the method returns is the answer to an
 * interaction: `{ type: 4, data: { content: 'Hello' } }`. Events want `@HttpCode(204)`.
 *
 * @see https://docs.discord.com/developers/events/webhook-events
 * @example
 * \@Webhook('discord', { scheme: discord({ publicKey: process.env.DISCORD_PUBLIC_KEY! }) })
 * command(\@WebhookEvent() { data }: InboundWebhook<Interaction>) {
 *   return { type: 4, data: { content: `Hello, ${data.member.user.username}` } };
 * }
 */
export function discord({ publicKey }: DiscordOptions): WebhookScheme {
  return {
    name: 'discord',
    secret: publicKey,
    signature: {
      in: [{ header: 'x-signature-ed25519' }],
      variants: [{ prefix: '', algorithm: 'ed25519', encoding: 'hex', key: ed25519HexKey }],
    },
    signed: '{timestamp}{body}',
    timestamp: { in: [{ header: 'x-signature-timestamp' }], unit: 's', toleranceMs: TOLERANCE_MS },
    // Events have none.
    id: [{ body: 'id' }, { digest: 'body' }],
    type: [{ body: 'event.type' }, { body: 'data.name' }, { body: 'type' }],
    handshake: { answer: pong },
  };
}

function pong({ data }: HandshakeRequest): HandshakeAnswer | undefined {
  const type = property(data, 'type');
  if (type === 0) return { status: 204, headers: { 'Content-Type': 'application/json; charset=utf-8' } };
  // An event that is no ping has type 1 as well.
  const isPing = type === 1 && property(data, 'event') === undefined;
  return isPing ? jsonAnswer({ type: 1 }) : undefined;
}
