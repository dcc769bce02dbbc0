import { unknownPlaceholders } from '../schemes/signed-content.js';
import type { WebhookField, WebhookScheme } from '../schemes/webhook-scheme.js';

/** What is wrong with a scheme, and what would be right. */
export function schemeFault(scheme: WebhookScheme): string | undefined {
  const { signed, unsignedBody, bodyDigest, timestamp, id } = scheme;
  const [unknown] = unknownPlaceholders(signed);
  const faults: readonly (readonly [boolean, string])[] = [
    [
      unknown !== undefined,
      `its scheme signs ${unknown}, which is not known: use {id}, {timestamp} and {body}`,
    ],
    [
      !/\{(body|form|crc32)\}/.test(signed) && !unsignedBody,
      'its scheme does not sign the body, so anyone can write it: add {body} to "signed"',
    ],
    [
      bodyDigest !== undefined && !signed.includes('{url}'),
      'its scheme has the digest of the body in a URL that is not signed: add {url} to "signed"',
    ],
    [signed.includes('{id}') && !id, 'its scheme signs {id}, but does not say where it is: add "id"'],
    [
      signed.includes('{timestamp}') && !timestamp,
      'its scheme signs {timestamp}, but does not say where it is: add "timestamp"',
    ],
    [
      hasLooseTimestamp(scheme),
      'its scheme has a timestamp that is not signed, so anyone can make it fresh: add {timestamp} to "signed"',
    ],
  ];
  return faults.find(([isSo]) => isSo)?.[1];
}

function hasLooseTimestamp({ signed, unsignedBody, timestamp }: WebhookScheme): boolean {
  const isUnsigned = (field: WebhookField) => 'header' in field || ('body' in field && unsignedBody === true);
  return !signed.includes('{timestamp}') && (timestamp?.in ?? []).some(isUnsigned);
}
