import { crc32 } from 'node:zlib';
import type { WebhookScheme } from './webhook-scheme.js';

/** What is put in place of the placeholders of `WebhookScheme.signed`. */
export interface SignedValues {
  readonly id: string | undefined;
  readonly timestamp: string | undefined;
  readonly method: string;
  readonly url: string | undefined;
  /** The parameters of a form; undefined when none are signed. */
  readonly form: Readonly<Record<string, string | readonly string[]>> | undefined;
  readonly body: Buffer;
  header(name: string): string;
}

const PLACEHOLDER = /(\{[\w:-]+\})/;

/** The placeholders of a template that are none. */
export function unknownPlaceholders(template: string): string[] {
  return (template.match(/\{[\w:-]+\}/g) ?? []).filter(
    (part) => !Object.hasOwn(WRITERS, part) && !/^\{header:[\w-]+\}$/.test(part),
  );
}

/** The bytes that may have been signed: as many as there are spellings of the URL. */
export function signedContents(
  { signed, urls }: Pick<WebhookScheme, 'signed' | 'urls'>,
  values: SignedValues,
): Buffer[] {
  const { url = '' } = values;
  const parts = signed.split(PLACEHOLDER).filter((part) => part !== '');
  return (urls?.(url) ?? [url]).map((spelling) => {
    const [first, ...rest] = parts.map((part) => bytesOf(part, spelling, values));
    // Most sign the body only: a megabyte need not be copied.
    return first && rest.length === 0 ? first : Buffer.concat([first ?? Buffer.alloc(0), ...rest]);
  });
}

/** A header's text is its bytes in latin1, as Node reads headers. */
const WRITERS: Readonly<Record<string, (values: SignedValues, url: string) => Buffer>> = Object.freeze({
  '{body}': ({ body }) => body,
  '{crc32}': ({ body }) => Buffer.from(String(crc32(body))),
  '{form}': ({ form = {} }) => Buffer.from(formText(form)),
  '{id}': ({ id = '' }) => Buffer.from(id, 'latin1'),
  '{timestamp}': ({ timestamp = '' }) => Buffer.from(timestamp, 'latin1'),
  '{method}': ({ method }) => Buffer.from(method),
  '{url}': (_values, url) => Buffer.from(url),
});

function bytesOf(part: string, url: string, values: SignedValues): Buffer {
  const header = /^\{header:([\w-]+)\}$/.exec(part)?.[1];
  if (header !== undefined) return Buffer.from(values.header(header), 'latin1');
  return WRITERS[part]?.(values, url) ?? Buffer.from(part);
}

/** As Twilio joins parameters: by name, the values of one name sorted and without repetition. */
function formText(form: Readonly<Record<string, string | readonly string[]>>): string {
  return Object.keys(form)
    .sort()
    .map((name) => valuesOf(form[name]!).map((value) => name + value))
    .flat()
    .join('');
}

function valuesOf(value: string | readonly string[]): string[] {
  return typeof value === 'string' ? [value] : [...new Set(value)].sort();
}
