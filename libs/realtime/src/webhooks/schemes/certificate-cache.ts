import type { FetchCertificate } from './fetch-certificate.js';
import type { SecretReader } from './webhook-scheme.js';

const KEPT_MS = 24 * 3_600_000;
/** A sender has one or two; the rest are a stranger's doing. */
const MAX_CERTIFICATES = 16;
/** Whoever sends a wrong URL must not have us call it as often as he likes. */
const MAX_FETCHES = 4;

/** The certificates of one sender, by the URLs that it names. */
export class CertificateCache {
  private readonly kept = new Map<string, { readonly pem: string; readonly until: number }>();
  private readonly fetches = new Map<string, Promise<string>>();

  /**
   * @param domain whose hosts they must come from
   * @param key reads what is one of them, and not any page of that domain
   */
  constructor(
    private readonly domain: string,
    private readonly fetch: FetchCertificate,
    private readonly key: SecretReader,
  ) {}

  /** @throws Error when the URL must not be called, or has no certificate */
  async get(url: string | string[] | undefined): Promise<string> {
    const name = this.checked(url);
    const known = this.kept.get(name);
    if (known && known.until > Date.now()) return known.pem;
    const pem = await this.fetchOnce(name);
    if (this.key(pem)) this.keep(name, pem);
    return pem;
  }

  private checked(text: string | string[] | undefined): string {
    const url = typeof text === 'string' && URL.canParse(text) ? new URL(text) : undefined;
    const isOurs = url?.hostname === this.domain || url?.hostname.endsWith(`.${this.domain}`);
    if (!url || !isOurs || url.protocol !== 'https:' || url.port || url.username || url.password) {
      throw new Error(`The URL of the certificate is not one at ${this.domain}.`);
    }
    return url.href;
  }

  private fetchOnce(url: string): Promise<string> {
    const running = this.fetches.get(url);
    if (running) return running;
    if (this.fetches.size >= MAX_FETCHES) throw new Error('Too many certificates are being fetched.');
    const fetching = this.fetch(url).finally(() => this.fetches.delete(url));
    this.fetches.set(url, fetching);
    return fetching;
  }

  private keep(url: string, pem: string): void {
    this.kept.delete(url);
    this.kept.set(url, { pem, until: Date.now() + KEPT_MS });
    const [oldest] = this.kept.keys();
    if (this.kept.size > MAX_CERTIFICATES) this.kept.delete(oldest!);
  }
}
