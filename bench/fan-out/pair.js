import { Child } from '../shared/rpc.js';

/** A contender under measurement: its server on one core and its readers on the other. */
export class Pair {
  /**
   * @param {import('./contenders/index.js').Contender} contender
   * @param {import('../shared/cores.js').Cores} cores
   * @param {string[]} [flags] for the server's Node
   */
  constructor(contender, cores, flags = []) {
    this.contender = contender;
    this.server = new Child(new URL('./server.js', import.meta.url), {
      core: cores.measured,
      flags: ['--expose-gc', ...flags],
      arguments: [contender.name],
    });
    this.reader = new Child(new URL('./reader.js', import.meta.url), { core: cores.others });
    this.port = 0;
  }

  async start() {
    this.port = await this.server.request('start');
  }

  /** @param {number} connections how many there are afterwards */
  open(connections) {
    return this.reader.request('open', { port: this.port, client: this.contender.client, connections });
  }

  collectGarbage() {
    return this.server.request('collectGarbage');
  }

  closeAll() {
    return this.reader.request('closeAll');
  }

  /**
   * @param {{ turns: number, perTurn: number, gapMs: number }} load
   * @returns {Promise<number>} microseconds of the server's CPU per delivery
   */
  async measure(load) {
    await this.reader.request('reset');
    const before = await this.server.request('cpuMicros');
    await this.server.request('publish', load);
    const deliveries = await this.reader.request('collect', { each: load.turns * load.perTurn });
    return ((await this.server.request('cpuMicros')) - before) / deliveries;
  }

  /** @returns {Promise<{ inUse: number, heap: number }>} bytes of the server, without garbage */
  async memory() {
    await this.collectGarbage();
    return this.server.request('memory');
  }

  async stop() {
    await this.reader.stop();
    if (this.server.isRunning) await this.server.request('stop');
    await this.server.stop();
  }
}
