import type { LogEvent } from '../bus/log-event.js';

type Listener = (event: LogEvent) => void;

/** Who listens to which topics. */
export class Listeners {
  private readonly byTopic = new Map<string, Set<Listener>>();
  private readonly all = new Set<Listener>();

  /** @returns the function that ends it */
  add(topics: readonly string[], listener: Listener): () => void {
    // A function of its own, for the same one may listen twice.
    const own: Listener = (event) => listener(event);
    for (const topic of topics) {
      const listeners = this.byTopic.get(topic);
      if (listeners) listeners.add(own);
      else this.byTopic.set(topic, new Set([own]));
    }
    return () => topics.forEach((topic) => this.remove(topic, own));
  }

  /** For all topics. @returns the function that ends it */
  addForAll(listener: Listener): () => void {
    const own: Listener = (event) => listener(event);
    this.all.add(own);
    return () => this.all.delete(own);
  }

  tell(event: LogEvent): void {
    this.byTopic.get(event.topic)?.forEach((listener) => listener(event));
    for (const listener of this.all) listener(event);
  }

  private remove(topic: string, listener: Listener): void {
    const listeners = this.byTopic.get(topic);
    if (listeners?.delete(listener) && listeners.size === 0) this.byTopic.delete(topic);
  }
}
