import type { Socket as TcpSocket } from 'node:net';
import { type EncodedPacket, encodePacket } from './socket-encoding.js';
import type { Engine, WebSocket } from './socket-io.js';

/** Bytes waiting in this process for a client, beyond which it gets nothing more until they are gone. */
const HIGH_WATER_BYTES = 64 * 1024;
const OPEN = 1;

/** The bytes of one socket. The write queues of socket.io and of the WebSocket have no bounds of their own. */
export class SocketOutput {
  private readonly stream: TcpSocket;
  private full = false;

  constructor(
    private readonly engine: Engine,
    private readonly drained: () => void,
  ) {
    this.stream = engine.request.socket;
  }

  /** @returns false when too much is waiting: write nothing more until `drained` */
  write({ packet, frame }: EncodedPacket): boolean {
    // Straight to the stream, between two frames of the WebSocket, which writes its own whole too: Engine.IO
    // does a lot for each packet. Behind those that wait in its queue, this one waits with them.
    if (this.queue.length === 0 && this.webSocket.readyState === OPEN) this.stream.write(frame);
    // The option by which socket.io's own adapter frames a broadcast once.
    else this.engine.write(packet, { wsPreEncodedFrame: [frame] } as never);
    return !this.isFull;
  }

  /** Writes a message. @returns as `write` */
  send(name: string, body: unknown): boolean {
    return this.write(encodePacket(name, JSON.stringify(body)));
  }

  /** Whether too much is waiting, whoever wrote it; then `drained` is called once it is gone. */
  get isFull(): boolean {
    if (!this.full && this.waitingBytes >= this.limit) this.waitUntilDrained();
    return this.full;
  }

  /** Stops reading from the client, whose messages then wait in its own memory. */
  pause(): void {
    this.webSocket.pause();
  }

  resume(): void {
    this.webSocket.resume();
  }

  /** Below its own mark a stream does not tell that it has drained. */
  private get limit(): number {
    return Math.max(HIGH_WATER_BYTES, this.stream.writableHighWaterMark);
  }

  private get waitingBytes(): number {
    let bytes = this.stream.writableLength;
    for (const packet of this.queue) bytes += packet.data?.length ?? 0;
    return bytes;
  }

  private get queue(): readonly { data?: string }[] {
    return (this.engine as unknown as { writeBuffer: { data?: string }[] }).writeBuffer;
  }

  private get webSocket(): WebSocket {
    return (this.engine.transport as unknown as { socket: WebSocket }).socket;
  }

  /** The stream drains, and Engine.IO passes on what waits in its queue when it is ready again. */
  private waitUntilDrained(): void {
    this.full = true;
    const { stream } = this;
    const { transport } = this.engine;
    const check = () => {
      if (this.waitingBytes >= this.limit) return;
      stream.removeListener('drain', check);
      transport.removeListener('ready', check);
      this.full = false;
      this.drained();
    };
    stream.on('drain', check);
    transport.on('ready', check);
  }
}
