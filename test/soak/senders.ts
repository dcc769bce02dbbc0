import type { NumberedEvent } from './consuming-assignment.js';

/** What came of sending: the id under which it was accepted, or that it was not, or that nobody answered. */
export type Sent = { readonly id: string } | 'refused' | 'gone';

export type Send = (number: number) => Promise<Sent>;

/**
 * Clients that send one event after the other to an application, until it is gone. What they had no answer to
 * they send again to the next one, as clients do.
 */
export class Senders {
  private next = 0;
  private unanswered: number[] = [];

  /** @param accepted called with each event that the application has answered for */
  constructor(
    private readonly count: number,
    private readonly accepted: (event: NumberedEvent) => void,
  ) {}

  /** Resolves when the application is gone, and all of them have noticed. */
  async run(send: Send): Promise<void> {
    const again = this.unanswered;
    this.unanswered = [];
    await Promise.all(Array.from({ length: this.count }, () => this.sendAll(again, send)));
  }

  private async sendAll(again: number[], send: Send): Promise<void> {
    for (;;) {
      const number = again.shift() ?? this.next++;
      const sent = await send(number);
      if (sent === 'gone') return void this.unanswered.push(number);
      if (sent !== 'refused') this.accepted({ id: sent.id, number });
    }
  }
}
