import {
  bitbucket,
  github,
  jira,
  sendgrid,
  slack,
  square,
  standardWebhooks,
  twilio,
  type WebhookScheme,
} from 'nestjs-realtime';

/** What senders, or the specification they follow, publish as examples. */
export interface Vector {
  readonly name: string;
  readonly scheme: WebhookScheme;
  /** What was called, for those that sign it. */
  readonly url?: string;
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

const HELLO_WORLD = 'sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9';

const TWILIO_CALL = {
  CallSid: 'CA1234567890ABCDE',
  Caller: '+14158675309',
  Digits: '1234',
  From: '+14158675309',
  To: '+18005551212',
};

const SQUARE_TEST =
  '{"merchant_id":"MLEFBHHSJGVHD","type":"webhooks.test_notification","event_id":"ac3ac95b-f97d-458c-a6e6-18981597e05f","created_at":"2022-07-13T20:30:59.037339943Z","data":{"type":"webhooks","id":"bc368e64-01aa-407e-b46e-3231809b1129"}}';

const SENDGRID_EVENTS = [
  {
    email: 'hello@world.com',
    event: 'dropped',
    reason: 'Bounced Address',
    sg_event_id: 'ZHJvcC0xMDk5NDkxOS1MUnpYbF9OSFN0T0doUTRrb2ZTbV9BLTA',
    sg_message_id: 'LRzXl_NHStOGhQ4kofSm_A.filterdrecv-p3mdw1-756b745b58-kmzbl-18-5F5FC76C-9.0',
    'smtp-id': '<LRzXl_NHStOGhQ4kofSm_A@ismtpd0039p1iad1.sendgrid.net>',
    timestamp: 1600112492,
  },
];

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
    name: 'Bitbucket',
    scheme: bitbucket({ secret: SECRET }),
    body: 'Hello World!',
    contentType: 'text/plain',
    headers: { 'x-hub-signature': HELLO_WORLD, 'x-request-uuid': '1', 'x-event-key': 'repo:push' },
    now: Date.UTC(2026, 10, 24),
    event: { id: '1', type: 'repo:push', data: 'Hello World!' },
    tampered: { 'x-hub-signature': HELLO_WORLD.replace('sha256', 'sha512') },
  },
  {
    name: 'Jira',
    scheme: jira({ secret: SECRET }),
    body: 'Hello World!',
    contentType: 'text/plain',
    headers: { 'x-hub-signature': HELLO_WORLD, 'x-atlassian-webhook-identifier': '2' },
    now: Date.UTC(2026, 10, 24),
    event: { id: '2', type: 'message', data: 'Hello World!' },
    tampered: { 'x-hub-signature': HELLO_WORLD.replace('sha256', 'sha1') },
  },
  {
    name: 'Twilio',
    scheme: twilio({ secret: '12345' }),
    url: 'https://mycompany.com/myapp.php?foo=1&bar=2',
    body: new URLSearchParams(TWILIO_CALL).toString(),
    contentType: 'application/x-www-form-urlencoded',
    headers: { 'x-twilio-signature': 'RSOYDt4T1cUTdK1PDd93/VVr8B8=' },
    now: Date.UTC(2026, 10, 24),
    event: { type: 'message', data: TWILIO_CALL },
    tampered: { 'x-twilio-signature': 'rSOYDt4T1cUTdK1PDd93/VVr8B8=' },
  },
  {
    name: 'Square',
    scheme: square({ secret: 'Ibxx_5AKakO-3qeNVR61Dw' }),
    url: 'https://webhook.site/679a4f3a-dcfa-49ee-bac5-9d0edad886b9',
    body: SQUARE_TEST,
    contentType: 'application/json',
    headers: { 'x-square-hmacsha256-signature': 'GF4YkrJgGBDZ9NIYbNXBnMzqb2HoL4RW/S6vkZ9/2N4=' },
    now: Date.UTC(2026, 10, 24),
    event: {
      id: 'ac3ac95b-f97d-458c-a6e6-18981597e05f',
      type: 'webhooks.test_notification',
      data: JSON.parse(SQUARE_TEST),
    },
    tampered: { 'x-square-hmacsha256-signature': 'gF4YkrJgGBDZ9NIYbNXBnMzqb2HoL4RW/S6vkZ9/2N4=' },
  },
  {
    name: 'SendGrid',
    scheme: sendgrid({
      publicKey:
        'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dAfSmpqIM8kF9mN1flpVKS3GRqe62gw+2fNNRaINXvVpiglSI8eNEc6wEA3F+g==',
    }),
    body: `${JSON.stringify(SENDGRID_EVENTS)}\r\n`,
    contentType: 'application/json',
    headers: {
      'x-twilio-email-event-webhook-signature':
        'MEUCIGHQVtGj+Y3LkG9fLcxf3qfI10QysgDWmMOVmxG0u6ZUAiEAyBiXDWzM+uOe5W0JuG+luQAbPIqHh89M15TluLtEZtM=',
      'x-twilio-email-event-webhook-timestamp': '1600112502',
    },
    now: 1_600_112_502_000,
    event: {
      id: 'ZHJvcC0xMDk5NDkxOS1MUnpYbF9OSFN0T0doUTRrb2ZTbV9BLTA',
      type: 'message',
      data: SENDGRID_EVENTS,
    },
    tampered: { 'x-twilio-email-event-webhook-timestamp': '1600112503' },
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
