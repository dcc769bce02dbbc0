import type { CallHandler, ExecutionContext } from '@nestjs/common';
import { lastValueFrom } from 'rxjs';
import { TopicRef } from '../bus/topic-ref.js';
import { RealtimeConfigurationError } from '../realtime.errors.js';
import { etagOf } from './etag.js';
import { handlerName } from './reader-route.js';

/** What a handler in state mode returned. */
export interface State {
  readonly value: unknown;
  readonly text: string;
  readonly etag: string;
}

/** Runs the handler: a TopicRef is log mode, a State is state mode, undefined is not ready. */
export async function callHandler(next: CallHandler): Promise<TopicRef | State | undefined> {
  const value: unknown = await lastValueFrom(next.handle(), { defaultValue: undefined });
  if (value instanceof TopicRef) return value;
  return stateOf(value);
}

/**
 * Runs a handler that has a `topic` and so must return state.
 * @throws RealtimeConfigurationError when it returns a TopicRef
 */
export async function callState(next: CallHandler, context: ExecutionContext): Promise<State | undefined> {
  const result = await callHandler(next);
  if (!(result instanceof TopicRef)) return result;
  throw new RealtimeConfigurationError(
    `${handlerName(context)} returned a TopicRef, but its decorator has a "topic": return the state, or leave "topic" out.`,
  );
}

/** `value` as state; undefined and null are not ready. */
export function stateOf(value: unknown): State | undefined {
  if (value === undefined || value === null) return undefined;
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return { value, text, etag: etagOf(text) };
}
