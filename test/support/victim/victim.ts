import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { AdapterName } from '../app.js';
import type { Census } from '../census.js';
import { Inbox } from '../inbox.js';

/** What the process is told. */
export type Order =
  | { readonly kind: 'publish'; readonly number: number }
  | { readonly kind: 'census' }
  | { readonly kind: 'close' };

/** What it says. */
export type Report =
  { readonly kind: 'listening'; readonly url: string } | { readonly kind: 'census'; readonly census: Census };

const file = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** An application in a process of its own, to be attacked. */
export class Victim {
  url = '';
  /** What it said of errors. */
  log = '';
  private readonly reports = new Inbox<Report>();

  private constructor(private readonly child: ChildProcess) {
    child.on('message', (report: Report) => this.reports.push(report));
    child.once('exit', (code, signal) =>
      this.reports.fail(new Error(`It ended (${code ?? signal}): ${this.log}`)),
    );
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.log += text));
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.log += text));
  }

  static async start(adapter: AdapterName): Promise<Victim> {
    const victim = new Victim(
      fork(file('./victim-app.ts'), [adapter], {
        execArgv: ['--import', file('../typescript-loader.js')],
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      }),
    );
    const listening = await victim.reports.next();
    if (listening.kind === 'listening') victim.url = listening.url;
    return victim;
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  /** Publishes on `canary`. */
  publish(number: number): void {
    this.tell({ kind: 'publish', number });
  }

  async census(): Promise<Census> {
    this.tell({ kind: 'census' });
    const report = await this.reports.next();
    if (report.kind !== 'census') throw new Error(`${report.kind} instead of a census`);
    return report.census;
  }

  /** Resolves when nothing is held for anybody any more. */
  async nobodyLeft(): Promise<void> {
    while (Object.values(await this.census()).some((count) => count > 0));
  }

  /** Closes the application. @returns the code with which the process ended by itself */
  async close(): Promise<number> {
    const ended = once(this.child, 'exit');
    this.tell({ kind: 'close' });
    const [code] = (await ended) as [number];
    return code;
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }

  private tell(order: Order): void {
    this.child.send(order);
  }
}
