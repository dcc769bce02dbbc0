import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Inbox } from './inbox.js';

const LOADER = new URL('typescript-loader.js', import.meta.url).href;

export interface ProgramOptions {
  readonly words?: readonly string[];
  /** No file may grow beyond this, as if its disk were full. */
  readonly maxFileBytes?: number;
  /** What it runs under, such as `unshare`. */
  readonly under?: readonly string[];
}

/** A TypeScript program of the tests in a process of its own. `await using` kills it. */
export class Program implements AsyncDisposable {
  /** What it says, line by line. Fails once it has ended and everything it said was taken. */
  readonly lines = new Inbox<string>();
  private readonly ended: Promise<unknown>;
  private errors = '';

  private constructor(private readonly child: ChildProcess) {
    child.stderr!.setEncoding('utf8').on('data', (text: string) => (this.errors += text));
    const output = createInterface({ input: child.stdout! });
    output.on('line', this.lines.push);
    this.ended = Promise.all([once(child, 'exit'), once(output, 'close')]).then(([[code, signal]]) =>
      this.lines.fail(new Error(`The program ended with ${signal ?? code}.\n${this.errors}`)),
    );
  }

  /** @param file beside `from` */
  static start(file: string, from: string, options: ProgramOptions = {}): Program {
    const { words = [], maxFileBytes, under = [] } = options;
    const path = fileURLToPath(new URL(file, from));
    const command = [...under, process.execPath, '--disable-warning=ExperimentalWarning'];
    const line = [...command, '--import', LOADER, path, ...words];
    if (maxFileBytes === undefined) return new Program(spawn(line[0]!, line.slice(1)));
    // In blocks of 512 bytes. The soft limit, so that it can be raised again.
    const limited = `ulimit -S -f ${Math.floor(maxFileBytes / 512)} && exec "$@"`;
    return new Program(spawn('sh', ['-c', limited, 'sh', ...line]));
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** The next line, parsed. */
  async next<Message>(): Promise<Message> {
    return JSON.parse(await this.lines.next()) as Message;
  }

  /** What it has said that was not taken; a line in which it was killed is left out. */
  drain<Message>(): Message[] {
    const lines = this.lines.drain();
    return lines.flatMap((line, index) => {
      if (index === lines.length - 1 && !isWhole(line)) return [];
      return [JSON.parse(line) as Message];
    });
  }

  /** Says a line to it. */
  say(line: string): void {
    this.child.stdin!.write(`${line}\n`);
  }

  /** Ends it as `kill -9` does. Resolves when it is gone and all it has said has arrived. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill();
  }
}

function isWhole(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}
