import type { EventDraft, Retention } from 'nestjs-realtime';

/** What a process is told to do to a log until it is killed. */
export interface Assignment {
  readonly path: string;
  readonly round: number;
  readonly publishers: number;
  readonly retention: Retention;
  /** How far its clock is from the right time. */
  readonly skewMs: number;
}

/** What an event says of itself. */
export interface Payload {
  readonly round: number;
  readonly publisher: number;
  /** Counts the publisher's events in this round, from 1, each published when the one before was acknowledged. */
  readonly number: number;
  readonly padding: string;
}

/** What the process says, each when it has been acknowledged. */
export type Said =
  | { readonly is: 'open' }
  | { readonly is: 'published'; readonly publisher: number; readonly number: number; readonly id: string }
  | { readonly is: 'written'; readonly number: number }
  | { readonly is: 'settled'; readonly number: number };

/** Two records that are only ever written together. */
export const PAIR = ['pair/a', 'pair/b'] as const;
export const CLAIM_MS = 86_400_000;

export function draftOf(payload: Payload): EventDraft {
  const { round, publisher, number } = payload;
  return {
    topic: topicOf(publisher),
    type: 'message',
    json: JSON.stringify(payload),
    journaled: isJournaled(number),
    idempotencyKey: number % 3 === 0 ? `${round}/${publisher}/${number}` : undefined,
  };
}

export function topicOf(publisher: number): string {
  return `publisher/${publisher}`;
}

export function isJournaled(number: number): boolean {
  return number % 2 === 0;
}

export function claimOf(round: number, number: number): string {
  return `${round}/${number}`;
}
