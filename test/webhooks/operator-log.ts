import type { LoggerService } from '@nestjs/common';
import { Inbox } from '../support/inbox.js';

/** What the operator of an application reads: its warnings and errors, as they are logged. */
export class OperatorLog implements LoggerService {
  readonly lines = new Inbox<string>();

  /** The next line with this in it. */
  async next(part: string): Promise<string> {
    return (await this.lines.until((line) => line.includes(part))).at(-1)!;
  }

  warn(message: unknown): void {
    this.lines.push(String(message));
  }

  error(message: unknown): void {
    this.lines.push(String(message));
  }

  log(): void {}
}
