import { Inject, Injectable, Logger } from '@nestjs/common';
import { ClientPublisher } from '../../access/client-publisher.js';
import { Sessions } from '../../access/sessions.js';
import { TopicPolicies } from '../../access/topic-policies.js';
import { Feeds } from '../../bus/feeds.js';
import type { RealtimeEngine } from '../../engines/engine.interface.js';
import { REALTIME_ENGINE, REALTIME_OPTIONS, type ResolvedOptions } from '../../realtime.options.js';
import { TimerWheel } from '../../timing/timer-wheel.js';
import { Connections } from '../connections.js';
import { Heartbeats } from '../heartbeats.js';

/** What all sockets share. */
@Injectable()
export class SocketServices {
  readonly logger = new Logger('Realtime');

  constructor(
    @Inject(REALTIME_ENGINE) readonly engine: RealtimeEngine,
    @Inject(REALTIME_OPTIONS) readonly options: ResolvedOptions,
    readonly connections: Connections,
    readonly deadlines: TimerWheel,
    readonly feeds: Feeds,
    readonly heartbeats: Heartbeats,
    readonly policies: TopicPolicies,
    readonly publisher: ClientPublisher,
    readonly sessions: Sessions,
  ) {}

  /** Browser origins that may connect, besides the server's own. */
  get origins(): readonly string[] {
    return this.options.socket ? this.options.socket.origins : [];
  }
}
