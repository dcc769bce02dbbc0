import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Inbox } from '../support/inbox.js';

/** A program of somebody else's, in a process of its own. `await using` kills it. */
export class Daemon implements AsyncDisposable {
  /** What it prints and logs, line by line. Fails once it has ended. */
  private readonly lines = new Inbox<string>();
  private readonly ended: Promise<unknown>;

  private constructor(
    private readonly child: ChildProcess,
    read: ((line: string) => void) | undefined,
  ) {
    for (const stream of [child.stdout!, child.stderr!]) {
      createInterface({ input: stream }).on('line', read ?? this.lines.push);
    }
    this.ended = once(child, 'close').then(() =>
      this.lines.fail(new Error(`${child.spawnargs.join(' ')} has ended.`)),
    );
  }

  /** @param read gets every line it prints or logs, if that is not to be waited for */
  static start(
    program: string,
    words: readonly string[],
    env: Readonly<Record<string, string>> = {},
    read?: (line: string) => void,
  ): Daemon {
    return new Daemon(spawn(program, words, { env: { ...process.env, ...env } }), read);
  }

  /** The next line in which this is found. @returns the match */
  async says(text: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = text.exec(await this.lines.next());
      if (match) return match;
    }
  }

  /** Ends it as `kill -9` does. Resolves when it is gone. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill();
  }
}
