import { createHash, randomInt } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { Redis, type RedisOptions } from 'ioredis';
import { RealtimeError } from '../../realtime.errors.js';
import type { RedisKeys } from './redis-keys.js';
import type { ResolvedRedisOptions } from './redis-options.js';
import { OPEN } from './scripts.js';

/** A connection for commands, and one for announcements. Neither keeps commands for later: what fails, fails at once. */
export class RedisConnection {
  readonly subscriber: Redis;
  private readonly commands: Redis;
  private readonly logger = new Logger('Realtime');
  /** Resolves to the server's run id once the log is open there. Each new connection opens it anew. */
  private opening: Promise<string> | undefined;
  private isDown = false;

  constructor(
    private readonly keys: RedisKeys,
    private readonly options: ResolvedRedisOptions,
  ) {
    this.commands = this.create();
    this.subscriber = this.create();
    this.commands.on('close', () => (this.opening = undefined));
    this.commands.on('ready', () => (this.isDown = false));
    this.commands.on('error', (error: Error) => this.warn(error));
    this.subscriber.on('error', () => undefined);
  }

  async connect(): Promise<void> {
    await guarded(Promise.all([this.commands.connect(), this.subscriber.connect()]));
    await this.open();
  }

  /** Lets what was sent be answered. */
  async close(): Promise<void> {
    this.subscriber.disconnect();
    // A connection that is down has nothing to wait for.
    await this.commands.quit().catch(() => this.commands.disconnect());
  }

  /**
   * Runs a script over the log.
   * @param keys after that of the log
   * @param words after the run id
   * @throws RealtimeError `log-unavailable`
   */
  async run<Answer>(script: string, keys: readonly string[], words: readonly Word[]): Promise<Answer> {
    const server = await this.open();
    try {
      return await this.evaluate<Answer>(script, [this.keys.log, ...keys], [server, ...words]);
    } catch (error) {
      if (!isReply(error, 'REOPEN')) throw error;
      this.opening = undefined;
      return this.run(script, keys, words);
    }
  }

  /** Runs a script that does without the log. */
  async evaluate<Answer>(script: string, keys: readonly string[], words: readonly Word[]): Promise<Answer> {
    const given = [keys.length, ...keys, ...words] as const;
    try {
      return (await this.commands.evalsha(digestOf(script), ...given)) as Answer;
    } catch (error) {
      if (!isReply(error, 'NOSCRIPT')) throw unavailable(error);
      await guarded(this.commands.script('LOAD', script));
      return this.evaluate(script, keys, words);
    }
  }

  /** One command that needs no script. */
  async command<Answer>(run: (redis: Redis) => Promise<Answer>): Promise<Answer> {
    return guarded(run(this.commands));
  }

  /** Sends nothing through a connection on which the log was not opened. */
  private async open(): Promise<string> {
    for (;;) {
      const opening = (this.opening ??= this.openLog());
      const server = await opening.catch((error: unknown) => {
        if (this.opening === opening) this.opening = undefined;
        throw unavailable(error);
      });
      if (opening === this.opening) return server;
    }
  }

  private async openLog(): Promise<string> {
    const server = runId(await this.commands.info('server'));
    const epoch = randomInt(36 ** 6, 36 ** 7).toString(36);
    await this.evaluate(OPEN, [this.keys.log], [server, epoch, this.options.persistent ? 1 : 0]);
    return server;
  }

  private create(): Redis {
    const { url, connection, timeoutMs } = this.options;
    const options: RedisOptions = {
      ...connection,
      lazyConnect: true,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      autoResubscribe: false,
      maxRetriesPerRequest: 0,
      commandTimeout: timeoutMs,
    };
    return url === undefined ? new Redis(options) : new Redis(url, options);
  }

  private warn(error: Error): void {
    if (!this.isDown) this.logger.warn(`Redis: ${error.message}. Publishing fails until it is back.`);
    this.isDown = true;
  }
}

export type Word = string | number;

function runId(info: string): string {
  return /^run_id:(\w+)/m.exec(info)?.[1] ?? 'unknown';
}

const digests = new Map<string, string>();

function digestOf(script: string): string {
  let digest = digests.get(script);
  if (!digest) digests.set(script, (digest = createHash('sha1').update(script).digest('hex')));
  return digest;
}

function isReply(error: unknown, code: string): boolean {
  const cause = error instanceof RealtimeError ? error.cause : error;
  return cause instanceof Error && cause.message.startsWith(code);
}

async function guarded<Answer>(answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer;
  } catch (error) {
    throw unavailable(error);
  }
}

function unavailable(cause: unknown): RealtimeError {
  if (cause instanceof RealtimeError) return cause;
  const detail = `Redis: ${cause instanceof Error ? cause.message : String(cause)}.`;
  return new RealtimeError('log-unavailable', 'The log cannot be reached.', 1_000, undefined, {
    cause,
    detail,
  });
}
