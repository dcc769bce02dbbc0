import { Inject, Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { Subscription } from 'rxjs';
import { RealtimeBus, REVOCATIONS } from '../bus/realtime-bus.js';
import type { RealtimeEngine } from '../engines/engine.interface.js';
import { RealtimeResetError } from '../realtime.errors.js';
import { REALTIME_ENGINE } from '../realtime.options.js';
import { jitter } from '../timing/jitter.js';
import { type Deadline, TimerWheel } from '../timing/timer-wheel.js';
import { Sessions } from './sessions.js';

/** How long to wait before the log is read again that could not be read. */
const RETRY_MS = 1_000;

/** Hears, on this node, whose access was revoked on any. Never misses one: it reads on from its cursor. */
@Injectable()
export class Revocations implements OnModuleInit, OnApplicationShutdown, Deadline {
  private readonly logger = new Logger('Realtime');
  private subscription: Subscription | undefined;
  private cursor = '';

  constructor(
    @Inject(REALTIME_ENGINE) private readonly engine: RealtimeEngine,
    private readonly bus: RealtimeBus,
    private readonly sessions: Sessions,
    private readonly deadlines: TimerWheel,
  ) {}

  async onModuleInit(): Promise<void> {
    this.cursor = String(await this.engine.head());
    this.listen();
  }

  onApplicationShutdown(): void {
    this.deadlines.clear(this);
    this.subscription?.unsubscribe();
  }

  due(): void {
    this.listen();
  }

  private listen(): void {
    this.subscription = this.bus.stream(REVOCATIONS, { since: this.cursor }).subscribe({
      next: ({ id, data }) => {
        this.cursor = id;
        const { principal } = Object(data) as { principal?: unknown };
        if (typeof principal === 'string' && principal !== '') this.sessions.revoke(principal);
      },
      error: (error: unknown) => this.recover(error),
    });
  }

  private recover(error: unknown): void {
    if (error instanceof RealtimeResetError) {
      this.logger.warn('Revocations may have been missed: every principal has to authenticate again.');
      this.cursor = error.cursor;
      this.sessions.expireAll();
      return this.listen();
    }
    this.logger.error('Revocations cannot be heard for now; trying again.', error);
    this.deadlines.set(this, jitter(RETRY_MS));
  }
}
