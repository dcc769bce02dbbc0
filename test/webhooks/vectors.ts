import { github, hmac, slack, standardWebhooks, type WebhookScheme } from 'nestjs-realtime';

/** What senders, or the specification they follow, publish as examples. */
export interface Vector {
  readonly name: string;
  readonly scheme: WebhookScheme;
  readonly body: string;
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The time at which it is fresh, in ms. */
  readonly now: number;
  readonly event: { readonly id?: string; readonly type: string; readonly data: unknown };
  /** Headers that are signed, changed. */
  readonly tampered: Readonly<Record<string, string>>;
}

const SLACK_COMMAND =
  'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c';

const SECRET = "It's a Secret to Everybody";

export const VECTORS: readonly Vector[] = [
  {
    name: 'Standard Webhooks',
    scheme: standardWebhooks({ secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' }),
    body: '{"test": 2432232314}',
    contentType: 'application/json',
    headers: {
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    },
    now: 1_614_265_330_000,
    event: { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', type: 'message', data: { test: 2432232314 } },
    tampered: { 'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJel' },
  },
  {
    name: 'GitHub',
    scheme: github({ secret: SECRET }),
    body: 'Hello, World!',
    contentType: 'text/plain',
    headers: {
      'x-hub-signature-256': 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
      'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958',
      'x-github-event': 'ping',
    },
    now: Date.UTC(2026, 10, 24),
    event: { id: '72d3162e-cc78-11e3-81ab-4c9367dc0958', type: 'ping', data: 'Hello, World!' },
    tampered: { 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` },
  },
  {
    name: 'Jira and Bitbucket, by hmac()',
    scheme: hmac({
      secret: SECRET,
      header: 'X-Hub-Signature',
      prefix: 'sha256=',
      id: { header: 'X-Request-UUID' },
      type: { header: 'X-Event-Key' },
    }),
    body: 'Hello World!',
    contentType: 'text/plain',
    headers: {
      'x-hub-signature': 'sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9',
      'x-request-uuid': '1',
      'x-event-key': 'repo:push',
    },
    now: Date.UTC(2026, 10, 24),
    event: { id: '1', type: 'repo:push', data: 'Hello World!' },
    tampered: { 'x-hub-signature': `sha256=${'0'.repeat(64)}` },
  },
  {
    name: 'Slack',
    scheme: slack({ secret: '8f742231b10e8888abcd99yyyzzz85a5' }),
    body: SLACK_COMMAND,
    contentType: 'application/x-www-form-urlencoded',
    headers: {
      'x-slack-request-timestamp': '1531420618',
      'x-slack-signature': 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
    },
    now: 1_531_420_618_000,
    event: {
      type: '/webhook-collect',
      data: Object.fromEntries(new URLSearchParams(SLACK_COMMAND)),
    },
    tampered: { 'x-slack-request-timestamp': '1531420619' },
  },
];
