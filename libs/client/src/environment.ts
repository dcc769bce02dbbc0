/** What is used of a browser's page; elsewhere there is nothing of it. */
interface Page {
  readonly document?: EventTarget & { readonly visibilityState: string };
  readonly localStorage?: { getItem(key: string): string | null; setItem(key: string, value: string): void };
  readonly location?: { readonly origin: string };
  addEventListener?(type: string, listener: () => void): void;
  removeEventListener?(type: string, listener: () => void): void;
}

const page = globalThis as unknown as Page;

/** A page that is hidden for so long is left alone. */
const HIDDEN_MS = 30_000;

export function pageOrigin(): string | undefined {
  const origin = page.location?.origin;
  return origin === 'null' ? undefined : origin;
}

export interface Presence {
  /** Nobody looks. */
  away(): void;
  /** Somebody looks again, or the network may be back. */
  back(): void;
}

/** Tells whether somebody looks at the page. Elsewhere somebody always does. Returns how to stop. */
export function watchPresence(presence: Presence): () => void {
  const { document } = page;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const back = () => presence.back();
  const changed = () => {
    clearTimeout(timer);
    if (document?.visibilityState === 'hidden') timer = setTimeout(() => presence.away(), HIDDEN_MS);
    else back();
  };
  document?.addEventListener('visibilitychange', changed);
  page.addEventListener?.('online', back);
  page.addEventListener?.('pageshow', back);
  return () => {
    clearTimeout(timer);
    document?.removeEventListener('visibilitychange', changed);
    page.removeEventListener?.('online', back);
    page.removeEventListener?.('pageshow', back);
  };
}

/** A note that outlives the page, where that is allowed. */
export class Note {
  constructor(private readonly key: string) {}

  read(): string | undefined {
    try {
      return page.document && (page.localStorage?.getItem(this.key) ?? undefined);
    } catch {
      return undefined;
    }
  }

  write(value: string): void {
    try {
      if (page.document) page.localStorage?.setItem(this.key, value);
    } catch {
      // Full, or not allowed: it is only a hint.
    }
  }
}
