import type { WebhookScheme } from 'nestjs-realtime';
import { webhookDelivery, type WebhookDelivery } from 'nestjs-realtime/testing';
import type { Key } from './keys.js';

export interface Sender {
  readonly name: string;
  /** Accepts what was signed with any of the keys. */
  scheme(...keys: readonly Key[]): WebhookScheme;
  /** Three that have nothing to do with each other. */
  readonly keys: readonly [Key, Key, Key];
  readonly contentType?: string;
  readonly query?: string;
  body(now: number): string;
  /** Headers without which a delivery is refused. */
  readonly required: readonly string[];
  /** Of these, those of which every byte counts. */
  readonly signed: readonly string[];
  /** Headers of which a delivery may have any, or none. */
  readonly free?: readonly string[];
  /** Nothing of the body is signed. */
  readonly looseBody?: true;
  readonly toleranceMs?: number;
  readonly event: { readonly id?: string; readonly type: string };
}

export const NOW = Date.UTC(2026, 10, 24, 12);
export const PUBLIC_URL = 'https://hooks.example.com/behind';
export const ID = 'delivery-1';
export const TYPE = 'kind';

/** What the sender sends, signed with the first of its keys unless told otherwise. */
export function delivery(
  sender: Sender,
  {
    key = sender.keys[0],
    timestamp = new Date(NOW),
    ...options
  }: { key?: Key; timestamp?: Date; id?: string; body?: string } = {},
): WebhookDelivery {
  const { contentType = 'application/json', query = '' } = sender;
  const body = options.body ?? sender.body(timestamp.getTime());
  return webhookDelivery(sender.scheme(key), body, {
    id: options.id ?? ID,
    type: TYPE,
    timestamp,
    secrets: [key.signWith],
    url: `${PUBLIC_URL}/hook${query}`,
    headers: { 'content-type': contentType, ...key.headers },
  });
}
