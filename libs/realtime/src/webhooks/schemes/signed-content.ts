/** What is put in place of the placeholders of `WebhookScheme.signed`. */
export interface SignedValues {
  readonly id: string | undefined;
  readonly timestamp: string | undefined;
  readonly body: Buffer;
}

const PLACEHOLDER = /(\{\w+\})/;

/** The bytes that are signed. A header's text is its bytes in latin1, as Node reads headers. */
export function signedContent(template: string, { id = '', timestamp = '', body }: SignedValues): Buffer {
  const parts = template.split(PLACEHOLDER).map((part) => {
    if (part === '{body}') return body;
    const text = part === '{id}' ? id : part === '{timestamp}' ? timestamp : part;
    return Buffer.from(text, 'latin1');
  });
  return Buffer.concat(parts);
}
