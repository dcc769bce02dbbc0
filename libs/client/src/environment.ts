import type { Locks, Platform } from './tabs/platform.js';

/** What is used of a browser's page; elsewhere there is nothing of it. */
interface Page extends Partial<Hearing> {
  readonly document?: Hearing & { readonly visibilityState: string };
  readonly localStorage?: { getItem(key: string): string | null; setItem(key: string, value: string): void };
  readonly location?: { readonly origin: string };
  readonly navigator?: { readonly locks?: Locks };
  readonly BroadcastChannel?: Broadcast;
}

interface Hearing {
  addEventListener(type: string, listener: () => void): void;
  removeEventListener(type: string, listener: () => void): void;
}

export type Broadcast = new (name: string) => {
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  postMessage(message: unknown): void;
  close(): void;
};

const page = globalThis as unknown as Page;

/** A page that is hidden for so long is left alone. */
const HIDDEN_MS = 30_000;

export function pageOrigin(): string | undefined {
  const origin = page.location?.origin;
  return origin === 'null' ? undefined : origin;
}

/** How tabs find each other, where that is possible. */
export function tabPlatform(): Platform | undefined {
  const { document, navigator, BroadcastChannel } = page;
  const locks = navigator?.locks;
  return document && locks && BroadcastChannel && { locks, channel: channelsBy(BroadcastChannel) };
}

export function channelsBy(BroadcastChannel: Broadcast): Platform['channel'] {
  return (name, hear) => {
    const channel = new BroadcastChannel(name);
    if (hear) channel.addEventListener('message', ({ data }) => hear(data));
    const say = channel.postMessage.bind(channel);
    return { say, close: () => channel.close() };
  };
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
  const away = () => presence.away();
  const look = () => {
    clearTimeout(timer);
    if (document?.visibilityState === 'hidden') timer = setTimeout(away, HIDDEN_MS);
    else presence.back();
  };
  const heard: [Partial<Hearing> | undefined, string, () => void][] = [
    [document, 'visibilitychange', look],
    [page, 'online', look],
    // Nothing runs in a page that is frozen, or left and kept for the way back.
    [document, 'freeze', away],
    [page, 'pagehide', away],
    [document, 'resume', look],
    [page, 'pageshow', look],
  ];
  for (const [target, type, listener] of heard) target?.addEventListener?.(type, listener);
  // A page may be opened in the background.
  if (document?.visibilityState === 'hidden') look();
  return () => {
    clearTimeout(timer);
    for (const [target, type, listener] of heard) target?.removeEventListener?.(type, listener);
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
