import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { RealtimeConfigurationError } from '../../realtime.errors.js';

const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const SEALED = `${ALGORITHM}:`;

/** Encrypts text at rest (AES-256-GCM), or, without a key, leaves it as it is. */
export class SecretBox {
  private readonly key: Buffer | undefined;

  /**
   * @param key 32 bytes, in base64 or hex
   * @throws RealtimeConfigurationError when it is anything else
   */
  constructor(key: string | undefined) {
    this.key = key === undefined ? undefined : keyBytes(key);
  }

  /** @param owner whose it is: for anybody else it cannot be opened */
  seal(text: string, owner: string): string {
    if (!this.key) return text;
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.key, iv).setAAD(Buffer.from(owner));
    const sealed = Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return SEALED + sealed.toString('base64');
  }

  /** @throws RealtimeConfigurationError when it was sealed with another key or for another owner, or was changed */
  open(text: string, owner: string): string {
    // Written before there was a key.
    if (!text.startsWith(SEALED)) return text;
    try {
      return decrypt(this.key!, Buffer.from(text.slice(SEALED.length), 'base64'), owner);
    } catch (error) {
      throw new RealtimeConfigurationError(
        `The secrets of the webhook endpoint ${owner} cannot be decrypted: webhooks.encryptionKey is not the key they were encrypted with.`,
        { cause: error },
      );
    }
  }
}

function decrypt(key: Buffer, sealed: Buffer, owner: string): string {
  const iv = sealed.subarray(0, IV_BYTES);
  const decipher = createDecipheriv(ALGORITHM, key, iv, { authTagLength: TAG_BYTES })
    .setAAD(Buffer.from(owner))
    .setAuthTag(sealed.subarray(-TAG_BYTES));
  const opened = decipher.update(sealed.subarray(IV_BYTES, -TAG_BYTES));
  return Buffer.concat([opened, decipher.final()]).toString('utf8');
}

function keyBytes(key: string): Buffer {
  const bytes = Buffer.from(key, /^[0-9a-f]{64}$/i.test(key) ? 'hex' : 'base64');
  if (bytes.length === KEY_BYTES) return bytes;
  throw new RealtimeConfigurationError(
    `webhooks.encryptionKey must be ${KEY_BYTES} bytes in base64 or hex, such as the output of: openssl rand -base64 32`,
  );
}
