import { connect } from 'node:net';
import { answer } from '../shared/rpc.js';
import { CONNECTIONS, deliveryOf, PATH } from './terms.js';

const HEAD_END = '\r\n\r\n';
let deliveries = 0;

/** A sender by hand: as little work per delivery as can be, so that the receiver's core is the limit. */
class Connection {
  read = '';
  answered = () => {};

  /** @param {number} port */
  constructor(port) {
    this.port = port;
    this.socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.socket.setEncoding('latin1');
    this.socket.on('data', (chunk) => this.take(chunk.toString()));
    this.socket.on('error', (error) => this.fail(error));
    this.socket.on('close', () => this.fail(new Error('The receiver closed a connection.')));
    /** @type {(error: Error) => void} */
    this.fail = () => {};
  }

  /** @returns {Promise<void>} when it was answered with a 2xx */
  send() {
    const { body, signature } = deliveryOf(++deliveries);
    const head = [
      `POST ${PATH} HTTP/1.1`,
      `Host: 127.0.0.1:${this.port}`,
      'User-Agent: GitHub-Hookshot/bench',
      'Content-Type: application/json',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'X-GitHub-Event: issues',
      `X-GitHub-Delivery: ${process.pid}-${deliveries}`,
      `X-Hub-Signature-256: ${signature}`,
    ].join('\r\n');
    return new Promise((resolve, reject) => {
      [this.answered, this.fail] = [resolve, reject];
      this.socket.write(`${head}${HEAD_END}${body}`);
    });
  }

  /** @param {string} chunk */
  take(chunk) {
    this.read += chunk;
    const end = this.read.indexOf(HEAD_END);
    if (end < 0) return;
    const head = this.read.slice(0, end);
    if (!head.startsWith('HTTP/1.1 2')) return this.fail(new Error(this.read));
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
    if (this.read.length < end + HEAD_END.length + length) return;
    this.read = '';
    this.answered();
  }
}

answer({
  /** Sends so many deliveries, each with an id of its own. */
  async send({ port, count }) {
    const connections = Array.from({ length: CONNECTIONS }, () => new Connection(port));
    let left = count;
    const lane = async (/** @type {Connection} */ connection) => {
      while (left-- > 0) await connection.send();
    };
    await Promise.all(connections.map(lane));
    for (const { socket } of connections) socket.destroy();
  },
});
