import { Injectable } from '@nestjs/common';
import { type VerificationKey, verificationKeys } from '../schemes/secrets.js';
import type { WebhookRequest } from '../schemes/webhook-scheme.js';
import type { WebhookDefinition } from './webhook-options.js';
import { WebhookRefusal } from './webhook-refusal.js';

/** The keys that deliveries are verified with. */
@Injectable()
export class WebhookKeys {
  private readonly fixed = new WeakMap<WebhookDefinition, readonly VerificationKey[]>();

  /** @throws WebhookRefusal `secret-unusable`, when a function of the request gives none that can be used */
  async of(webhook: WebhookDefinition, request: WebhookRequest): Promise<readonly VerificationKey[]> {
    const { secret } = webhook.scheme;
    try {
      if (typeof secret === 'function') return verificationKeys(webhook.scheme, await secret(request));
      const keys = this.fixed.get(webhook) ?? verificationKeys(webhook.scheme, secret);
      this.fixed.set(webhook, keys);
      return keys;
    } catch (cause) {
      throw new WebhookRefusal('secret-unusable', 'There is no secret to verify it with.', { cause });
    }
  }
}
