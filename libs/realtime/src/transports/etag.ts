import { createHash } from 'node:crypto';

/** A weak entity tag from text: the same text, the same tag (RFC 9110 section 8.8.3). */
export function etagOf(text: string): string {
  return `W/"${createHash('sha1').update(text).digest('base64url').slice(0, 16)}"`;
}

/** Whether `If-None-Match` names `etag`, by weak comparison (RFC 9110 section 13.1.2). */
export function isKnown(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === '*') return true;
  const opaque = etag.replace(/^W\//, '');
  const tags: string[] = ifNoneMatch.match(/"[^"]*"/g) ?? [];
  return tags.includes(opaque);
}
