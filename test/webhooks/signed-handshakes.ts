import { createHmac, generateKeyPairSync } from 'node:crypto';
import { discord, slack, twitch, type WebhookScheme, zoom } from 'nestjs-realtime';
import type { SignWebhookOptions } from 'nestjs-realtime/testing';

const secret = 'secret';
const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const discordKey = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex');

/** A handshake that is signed as deliveries are. */
export interface SignedHandshake {
  readonly name: string;
  readonly scheme: WebhookScheme;
  readonly asked: string;
  readonly options?: SignWebhookOptions;
  readonly answer: { readonly status: number; readonly type: string; readonly text: string };
  /** Looks alike, but is an event. */
  readonly event: string;
}

const TWITCH_TYPE = 'twitch-eventsub-message-type';
export const JSON_ANSWER = 'application/json; charset=utf-8';
export const TEXT_ANSWER = 'text/plain; charset=utf-8';

export const SIGNED: readonly SignedHandshake[] = [
  {
    name: 'Slack',
    scheme: slack({ secret }),
    asked: '{"type":"url_verification","challenge":"<b>3eZbrw1a</b>"}',
    answer: { status: 200, type: TEXT_ANSWER, text: '<b>3eZbrw1a</b>' },
    event: '{"type":"url_verification","challenge":1}',
  },
  {
    name: 'Zoom',
    scheme: zoom({ secret }),
    asked: '{"event":"endpoint.url_validation","payload":{"plainToken":"qgg8vlvZRS6UYooatFL8Aw"}}',
    answer: {
      status: 200,
      type: JSON_ANSWER,
      text: `{"plainToken":"qgg8vlvZRS6UYooatFL8Aw","encryptedToken":"${createHmac('sha256', secret).update('qgg8vlvZRS6UYooatFL8Aw').digest('hex')}"}`,
    },
    event: '{"event":"meeting.started","payload":{"plainToken":"qgg8vlvZRS6UYooatFL8Aw"}}',
  },
  {
    name: 'Discord, interactions',
    scheme: discord({ publicKey: discordKey }),
    asked: '{"type":1,"id":"1"}',
    options: { secrets: [privateKey] },
    answer: { status: 200, type: JSON_ANSWER, text: '{"type":1}' },
    event: '{"type":2,"id":"2"}',
  },
  {
    name: 'Discord, events',
    scheme: discord({ publicKey: discordKey }),
    asked: '{"version":1,"type":0}',
    options: { secrets: [privateKey] },
    answer: { status: 204, type: JSON_ANSWER, text: '' },
    event: '{"version":1,"type":1,"event":{"type":"ENTITLEMENT_CREATE"}}',
  },
  {
    name: 'Twitch',
    scheme: twitch({ secret }),
    asked: '{"challenge":"pogchamp-kappa-360noscope-vohiyo"}',
    options: { headers: { [TWITCH_TYPE]: 'webhook_callback_verification' } },
    answer: { status: 200, type: TEXT_ANSWER, text: 'pogchamp-kappa-360noscope-vohiyo' },
    event: '{"subscription":{"type":"stream.online"}}',
  },
];
