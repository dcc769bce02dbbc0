/** A fingerprint of a value, SHA-256 of its JSON: the same for equal values, and it tells nothing of them. */
export async function digest(value: unknown): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  return hex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
}

/** 128 random bits; `crypto.randomUUID` is there in secure contexts only. */
export function randomKey(): string {
  return hex(crypto.getRandomValues(new Uint8Array(16)));
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
