import { ProtocolError } from 'nestjs-realtime-protocol';
import { parseSince } from '../bus/realtime-bus.js';
import type { Since } from '../engines/engine.interface.js';
import type { HttpExchange } from './http-exchange.js';

/** What a poll asks for. Norm: docs/PROTOCOL.md, Polls. */
export interface PollRequest {
  /** Undefined when the client has no cursor yet. */
  readonly since: Since | undefined;
  /** How long it is willing to wait, in milliseconds; undefined when it did not say. */
  readonly waitMs: number | undefined;
  /** Whether the wait came as `Prefer`, which wants to be answered by `Preference-Applied`. */
  readonly preferred: boolean;
  readonly ifNoneMatch: string | undefined;
}

/** @throws ProtocolError `cursor-malformed` or `query-invalid` */
export function parsePollRequest(exchange: HttpExchange): PollRequest {
  const wait = single(exchange.query, 'wait');
  const prefer = wait === undefined ? preferredWait(exchange.header('prefer')) : undefined;
  const seconds = wait === undefined ? prefer : parseWait(wait);
  return {
    since: sinceOf(exchange.query),
    waitMs: seconds === undefined ? undefined : seconds * 1000,
    preferred: prefer !== undefined,
    ifNoneMatch: exchange.header('if-none-match'),
  };
}

/** The `since` of a query; undefined when there is none, or when it is `latest`. */
export function sinceOf(query: URLSearchParams): Since | undefined {
  const since = single(query, 'since');
  return since === undefined || since === 'latest' ? undefined : parseSince(since);
}

function single(query: URLSearchParams, name: string): string | undefined {
  const values = query.getAll(name);
  if (values.length > 1) throw new ProtocolError('query-invalid', `"${name}" was sent more than once.`);
  return values[0];
}

function parseWait(wait: string): number {
  if (!/^\d{1,6}(\.\d{1,3})?$/.test(wait)) {
    throw new ProtocolError('query-invalid', '"wait" must be a number of seconds, such as 20.');
  }
  return Number(wait);
}

/** `wait` of a `Prefer` header (RFC 7240 section 4.3). What is malformed is ignored, as the RFC asks. */
function preferredWait(prefer = ''): number | undefined {
  // A quoted value may have commas in it.
  const preferences = prefer.match(/(?:"[^"]*"|[^",])+/g) ?? [];
  const first = preferences.find((preference) => /^\s*wait\b/i.test(preference)) ?? '';
  const [, quoted, bare] = /^\s*wait\s*=\s*(?:"(\d{1,6})"|(\d{1,6}))\s*(?:;|$)/i.exec(first) ?? [];
  const seconds = quoted ?? bare;
  return seconds === undefined ? undefined : Number(seconds);
}
