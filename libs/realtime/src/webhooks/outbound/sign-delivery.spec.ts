import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { signWebhook } from '../schemes/sign-webhook.js';
import { newSecret, SCHEME, signingKey } from './endpoint-secret.js';
import { signDelivery } from './sign-delivery.js';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

it('signs as the scheme says, with one key, several, and of both kinds', () => {
  const privateKey = `whsk_${randomBytes(32).toString('base64')}`;
  const keys = [newSecret(), newSecret(), privateKey].map((secret) => signingKey(secret)!);
  const body = '{"note":"Grüße, 皆さん"}';
  for (const secrets of [keys.slice(0, 1), keys.slice(2), keys]) {
    expect(signDelivery(secrets, 'k3x9-mq7r1l0a-0', body)).toEqual(
      signWebhook(SCHEME, body, { id: 'k3x9-mq7r1l0a-0', secrets }),
    );
  }
});
