import { type EncodedPacket, encodePacket } from './socket-encoding.js';
import type { Engine, WebSocket } from './socket-io.js';

/** Bytes waiting in this process for a client, beyond which it gets nothing more until they are gone. */
const HIGH_WATER_BYTES = 64 * 1024;

/** The bytes of one socket. The write queues of socket.io and of the WebSocket have no bounds of their own. */
export class SocketOutput {
  private full = false;

  constructor(
    private readonly engine: Engine,
    private readonly drained: () => void,
  ) {}

  /** @returns false when too much is waiting: write nothing more until `drained` */
  write({ packet, frame }: EncodedPacket): boolean {
    // The option by which socket.io's own adapter frames a broadcast once.
    this.engine.write(packet, { wsPreEncodedFrame: [frame] } as never);
    return !this.isFull;
  }

  /** Writes a message. @returns as `write` */
  send(name: string, body: unknown): boolean {
    return this.write(encodePacket(name, JSON.stringify(body)));
  }

  /** Whether too much is waiting, whoever wrote it; then `drained` is called once it is gone. */
  get isFull(): boolean {
    if (!this.full && this.waitingBytes >= HIGH_WATER_BYTES) this.waitUntilDrained();
    return this.full;
  }

  /** Stops reading from the client, whose messages then wait in its own memory. */
  pause(): void {
    this.webSocket.pause();
  }

  resume(): void {
    this.webSocket.resume();
  }

  private get waitingBytes(): number {
    let bytes = this.webSocket.bufferedAmount;
    for (const packet of this.queue) bytes += packet.data?.length ?? 0;
    return bytes;
  }

  private get queue(): readonly { data?: string }[] {
    return (this.engine as unknown as { writeBuffer: { data?: string }[] }).writeBuffer;
  }

  private get webSocket(): WebSocket {
    return (this.engine.transport as unknown as { socket: WebSocket }).socket;
  }

  /** `ready` comes when the WebSocket has handed to the kernel all that it was given. */
  private waitUntilDrained(): void {
    this.full = true;
    const ready = () => {
      if (this.waitingBytes >= HIGH_WATER_BYTES) return;
      this.engine.transport.removeListener('ready', ready);
      this.full = false;
      this.drained();
    };
    this.engine.transport.on('ready', ready);
  }
}
