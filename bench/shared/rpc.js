import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * In a child: answers the parent's requests with what the handler of that name returns. Ends with the parent.
 * @param {Record<string, (argument: any) => unknown>} handlers
 */
export function answer(handlers) {
  process.on('disconnect', () => process.exit());
  process.on('message', async ({ name, argument }) => {
    try {
      process.send?.({ result: await handlers[name](argument) });
    } catch (error) {
      process.send?.({ error: error instanceof Error ? error.stack : String(error) });
    }
  });
}

/** A Node process of its own, one request at a time. */
export class Child {
  /**
   * @param {URL} script
   * @param {{ core?: number, flags?: string[], arguments?: string[] }} options
   */
  constructor(script, options = {}) {
    const { core, flags = [] } = options;
    const command = [process.execPath, ...flags, fileURLToPath(script)];
    if (options.arguments) command.push(...options.arguments);
    if (core !== undefined) command.unshift('taskset', '-c', String(core));
    this.process = spawn(command[0], command.slice(1), {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      env: { ...process.env, NODE_ENV: 'production' },
    });
    /** @type {Promise<void>} */
    this.exited = new Promise((resolve) => this.process.once('exit', () => resolve()));
  }

  /**
   * @param {string} name
   * @param {unknown} [argument]
   * @returns {Promise<any>}
   */
  request(name, argument) {
    return new Promise((resolve, reject) => {
      const onExit = () => reject(new Error(`The process ended during "${name}".`));
      this.process.once('exit', onExit);
      this.process.once(
        'message',
        (/** @type {{ result?: unknown, error?: string }} */ { result, error }) => {
          this.process.off('exit', onExit);
          if (error) reject(new Error(error));
          else resolve(result);
        },
      );
      this.process.send({ name, argument }, (error) => error && reject(error));
    });
  }

  get isRunning() {
    return this.process.connected;
  }

  /** Ends the process. */
  async stop() {
    if (this.isRunning) this.process.disconnect();
    await this.exited;
  }
}
