import { Redis } from './redis.js';
import { Child } from './rpc.js';

/**
 * @typedef {object} Contender
 * @property {string} name
 * @property {string} label
 * @property {URL} module exports `start(argument)`, which gives a Hosted: see host.js
 * @property {object} [argument]
 * @property {string[]} [redis] options of the Redis that it needs; its port is added to the argument
 *
 * @typedef {object} Sample
 * @property {number} perSecond what was done per second
 * @property {number} [wholePerSecond] the same, when laying it ready counts too
 * @property {number} cpuMicros CPU time that one took of the measured process
 * @property {number} [redisMicros] and of its Redis
 */

const HOST = new URL('./host.js', import.meta.url);

/** A contender that runs, in a process of its own. */
export class Contestant {
  /** @type {Redis | undefined} */
  redis;
  /** @type {Child | undefined} */
  child;
  port = 0;
  /** @type {Sample[]} */
  samples = [];

  /** @param {Contender} contender */
  constructor(contender) {
    this.contender = contender;
  }

  /**
   * @param {import('./cores.js').Cores} cores
   * @param {string[]} flags for its Node
   */
  async start({ measured, others }, flags) {
    const { redis, module, argument } = this.contender;
    if (redis) this.redis = await Redis.start(others, redis);
    this.child = new Child(HOST, {
      core: measured,
      flags: ['--expose-gc', ...flags],
      arguments: [module.href, JSON.stringify({ ...argument, redisPort: this.redis?.port })],
    });
    this.port = await this.child.request('start');
  }

  /**
   * @param {'prepare' | 'run' | 'cpuMicros' | 'collectGarbage' | 'stop'} name
   * @param {unknown} [argument]
   */
  async request(name, argument) {
    return this.child?.request(name, argument);
  }

  /**
   * Measures what happens while `work` is done.
   * @param {number} count of what is done
   * @param {() => Promise<unknown>} work
   * @returns {Promise<Sample>}
   */
  async measure(count, work) {
    await this.request('collectGarbage');
    const { redis } = this;
    const [cpu, redisCpu] = [await this.request('cpuMicros'), redis?.cpuMicros() ?? 0];
    const began = performance.now();
    await work();
    const perSecond = (count / (performance.now() - began)) * 1_000;
    const cpuMicros = ((await this.request('cpuMicros')) - cpu) / count;
    return {
      perSecond,
      cpuMicros,
      ...(redis && { redisMicros: (redis.cpuMicros() - redisCpu) / count }),
    };
  }

  /**
   * Lays work ready, and measures what happens while it is done.
   * @param {number} count
   * @param {() => Promise<unknown>} work
   * @returns {Promise<Sample>}
   */
  async measureWhole(count, work) {
    const began = performance.now();
    await this.request('prepare', count);
    const prepareMs = performance.now() - began;
    const sample = await this.measure(count, work);
    return { ...sample, wholePerSecond: count / (prepareMs / 1_000 + count / sample.perSecond) };
  }

  async stop() {
    if (this.child?.isRunning) await this.request('stop');
    await this.child?.stop();
    await this.redis?.stop();
  }
}
