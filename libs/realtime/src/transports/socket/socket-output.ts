import type { EncodedPacket } from './socket-encoding.js';
import type { Socket, WebSocket } from './socket-io.js';

/** Bytes waiting in this process for a client, beyond which it gets nothing more until they are gone. */
const HIGH_WATER_BYTES = 64 * 1024;

/** What is used of the connection below a socket. */
type Engine = Socket['conn'];

/** The bytes of one socket. The write queues of socket.io and of the WebSocket have no bounds of their own. */
export class SocketOutput {
  private readonly engine: Engine;
  private lagging = false;

  constructor(
    socket: Socket,
    private readonly drained: () => void,
  ) {
    this.engine = socket.conn;
  }

  /** @returns false when too much is waiting: write nothing more until `drained` */
  write({ packet, frame }: EncodedPacket): boolean {
    // The option by which socket.io's own adapter frames a broadcast once.
    this.engine.write(packet, { wsPreEncodedFrame: [frame] } as never);
    if (this.waitingBytes < HIGH_WATER_BYTES) return true;
    this.lag();
    return false;
  }

  get isLagging(): boolean {
    return this.lagging;
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
  private lag(): void {
    if (this.lagging) return;
    this.lagging = true;
    const ready = () => {
      if (this.waitingBytes >= HIGH_WATER_BYTES) return;
      this.engine.transport.removeListener('ready', ready);
      this.lagging = false;
      this.drained();
    };
    this.engine.transport.on('ready', ready);
  }
}
