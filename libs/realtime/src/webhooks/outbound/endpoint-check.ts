import { validateHeaderName, validateHeaderValue } from 'node:http';
import { TopicPattern } from '../../bus/topic-pattern.js';
import { RealtimeError } from '../../realtime.errors.js';
import { signingKey } from './endpoint-secret.js';
import type { Endpoint } from './endpoint.js';

/** Headers that are ours, or HTTP's. */
const RESERVED =
  /^(webhook-.*|content-.*|host|connection|transfer-encoding|upgrade|expect|te|trailer|keep-alive|proxy-.*|user-agent)$/i;

const MAX_URL_CHARACTERS = 2_048;
/** Topics, types and headers, of each. */
const MAX_ITEMS = 100;
const MAX_HEADER_CHARACTERS = 8 * 1024;

/** @throws RealtimeError `message-invalid` saying what is not acceptable */
export function checkEndpoint(endpoint: Endpoint, { allowHttp }: { readonly allowHttp: boolean }): void {
  const { url, topics, types, headers = {}, secrets, rateLimit, ordered = false } = endpoint;
  checkUrl(url, allowHttp);
  checkTopics(topics);
  checkTypes(types);
  checkHeaders(headers);
  for (const { secret } of secrets) checkSecret(secret);
  if (rateLimit !== undefined && !(Number.isFinite(rateLimit) && rateLimit > 0)) {
    throw invalid('"rateLimit" must be a number above 0');
  }
  if (typeof ordered !== 'boolean') throw invalid('"ordered" must be true or false');
  for (const name of ['owner', 'description'] as const) {
    if (typeof (endpoint[name] ?? '') !== 'string') throw invalid(`"${name}" must be a string`);
  }
}

function checkUrl(text: unknown, allowHttp: boolean): void {
  if (typeof text !== 'string' || text.length > MAX_URL_CHARACTERS || !URL.canParse(text))
    throw invalid(`"url" is no URL, or is longer than ${MAX_URL_CHARACTERS} characters`);
  const url = new URL(text);
  if (url.protocol !== 'https:' && !(allowHttp && url.protocol === 'http:'))
    throw invalid('"url" must be https');
  if (url.username || url.password) throw invalid('"url" must not have credentials: use a header');
}

function checkTopics(topics: unknown): void {
  if (!isList(topics) || topics.length === 0)
    throw invalid(`"topics" must be a list of 1 to ${MAX_ITEMS} patterns`);
  for (const topic of topics) {
    // What happens to an endpoint would make more happen to it.
    if (topic.split('/')[0] === 'realtime') throw invalid('topics under "realtime/" are not sent');
    try {
      void new TopicPattern(topic);
    } catch (error) {
      throw invalid((error as Error).message);
    }
  }
}

function checkTypes(types: unknown): void {
  if (types === undefined) return;
  if (!isList(types)) throw invalid(`"types" must be a list of at most ${MAX_ITEMS} strings`);
}

function isList(value: unknown): value is string[] {
  return Array.isArray(value) && value.length <= MAX_ITEMS && value.every((item) => typeof item === 'string');
}

function checkHeaders(headers: unknown): void {
  if (typeof headers !== 'object' || headers === null) throw invalid('"headers" must be an object');
  const entries = Object.entries(headers as Record<string, unknown>);
  for (const [name, value] of entries) checkHeader(name, value);
  if (entries.length > MAX_ITEMS || entries.join('').length > MAX_HEADER_CHARACTERS)
    throw invalid('there are too many headers');
}

function checkHeader(name: string, value: unknown): void {
  if (RESERVED.test(name)) throw invalid(`the header "${name}" cannot be set`);
  try {
    validateHeaderName(name);
    if (typeof value !== 'string') throw new TypeError('no string');
    validateHeaderValue(name, value);
  } catch {
    throw invalid(`the header "${name}" is none that HTTP allows`);
  }
}

function checkSecret(secret: unknown): void {
  if (typeof secret !== 'string' || !signingKey(secret)) {
    throw invalid(
      '"secret" must be whsec_ and 24 to 64 bytes in base64, or whsk_ and an ed25519 private key in base64',
    );
  }
}

function invalid(what: string): RealtimeError {
  return new RealtimeError('message-invalid', `The endpoint was refused: ${what}.`);
}
