import type { IncomingHttpHeaders } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { readHeader } from './delivery-fields.js';
import { WebhookRefusal } from './webhook-refusal.js';

const INFLATE = Object.freeze({
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
});

const FORM = 'application/x-www-form-urlencoded';
/** As many as Express takes. */
const MAX_PARAMETERS = 1_000;

/** Whether a body says of itself that it is a form. */
export function isForm(headers: IncomingHttpHeaders): boolean {
  return mediaTypeOf(headers) === FORM;
}

export interface PayloadOptions {
  /** The largest body after decompression. */
  readonly maxBytes: number;
  /** The parameter of a form that has the event as JSON. */
  readonly formJson?: string;
}

/**
 * What a verified body says: the value of JSON, the parameters of a form (an array where one is repeated), the
 * text of XML and other text; of anything else, its JSON or else its text; undefined when it is empty.
 * @throws WebhookRefusal `malformed`, `too-large`
 */
export async function parsePayload(
  headers: IncomingHttpHeaders,
  rawBody: Buffer,
  { maxBytes, formJson }: PayloadOptions,
): Promise<unknown> {
  const body = await decompress(rawBody, readHeader(headers, 'content-encoding'), maxBytes);
  if (body.length === 0) return undefined;
  const mediaType = mediaTypeOf(headers);
  if (/^(application|text)\/json$|\+json$/.test(mediaType)) return json(decode(body, 'utf-8'));
  if (mediaType === FORM) return form(decode(body, 'utf-8'), formJson);
  if (/^text\/|\/xml$|\+xml$/.test(mediaType)) return decode(body, charsetOf(headers));
  return jsonOrText(body);
}

async function decompress(body: Buffer, encoding = '', maxBytes: number): Promise<Buffer> {
  const name = encoding.trim().toLowerCase();
  if (name === '' || name === 'identity' || body.length === 0) return body;
  if (!Object.hasOwn(INFLATE, name)) {
    throw new WebhookRefusal('malformed', 'The content encoding of the body is not known.');
  }
  try {
    return await INFLATE[name as keyof typeof INFLATE](body, { maxOutputLength: maxBytes });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(maxBytes);
    throw new WebhookRefusal('malformed', 'The body is not in its content encoding.', { cause });
  }
}

export function tooLarge(maxBytes: number): WebhookRefusal {
  return new WebhookRefusal('too-large', `The body is larger than ${maxBytes} bytes.`);
}

/** To make one costs more than to use it. */
const UTF_8 = new TextDecoder('utf-8', { fatal: true });

function decode(body: Buffer, charset: string): string {
  try {
    return (charset === 'utf-8' ? UTF_8 : new TextDecoder(charset, { fatal: true })).decode(body);
  } catch (cause) {
    throw new WebhookRefusal('malformed', 'The body is not in its character set.', { cause });
  }
}

function charsetOf(headers: IncomingHttpHeaders): string {
  return /;\s*charset="?([^\s;"]+)/i.exec(readHeader(headers, 'content-type') ?? '')?.[1] ?? 'utf-8';
}

function mediaTypeOf(headers: IncomingHttpHeaders): string {
  return (readHeader(headers, 'content-type') ?? '').split(';', 1)[0]!.trim().toLowerCase();
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new WebhookRefusal('malformed', 'The body is not JSON.', { cause });
  }
}

function form(text: string, formJson: string | undefined): unknown {
  // Counted before they are parsed, which may be before anybody is verified: a million are a second's work.
  if (text.split('&', MAX_PARAMETERS + 1).length > MAX_PARAMETERS) {
    throw new WebhookRefusal('malformed', `The form has more than ${MAX_PARAMETERS} parameters.`);
  }
  const values = new Map<string, string | string[]>();
  for (const [name, value] of new URLSearchParams(text)) {
    const before = values.get(name);
    if (before === undefined) values.set(name, value);
    else if (Array.isArray(before)) before.push(value);
    else values.set(name, [before, value]);
  }
  const event = formJson === undefined ? undefined : values.get(formJson);
  return typeof event === 'string' ? json(event) : Object.fromEntries(values);
}

function jsonOrText(body: Buffer): unknown {
  const text = body.toString();
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
