import { DEFAULT_TYPE, MAX_TYPE_BYTES } from 'nestjs-realtime-protocol';

/** A sender's type as one that can be published: without what types may not have, cut at 128 bytes. */
export function eventType(sent = ''): string {
  const allowed = sent
    .slice(0, MAX_TYPE_BYTES)
    .replaceAll(/[\p{Cc}\p{Surrogate}\u2028\u2029\ufffe\uffff]/gu, '')
    .replace(/^\$+/, '');
  let type = '';
  let bytes = 0;
  for (const char of allowed) {
    bytes += Buffer.byteLength(char);
    if (bytes > MAX_TYPE_BYTES) break;
    type += char;
  }
  return type || DEFAULT_TYPE;
}
