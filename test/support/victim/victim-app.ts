import { ConsoleLogger, Controller, Param } from '@nestjs/common';
import {
  LongPoll,
  ShortPoll,
  Sse,
  standardWebhooks,
  topic,
  type TopicAccess,
  TopicPolicy,
  type TopicPolicyHandler,
  Webhook,
} from 'nestjs-realtime';
import { type AdapterName, startApp } from '../app.js';
import { census } from '../census.js';
import type { Order, Report } from './victim.js';

/** The application that is attacked, in a process of its own: what ends the process is seen. */

@Controller()
class LogController {
  @ShortPoll('orders/:id/short')
  short(@Param('id') id: string) {
    return topic('orders', id);
  }

  @LongPoll('orders/:id/long')
  long(@Param('id') id: string) {
    return topic('orders', id);
  }

  @Sse('orders/:id/stream')
  stream(@Param('id') id: string) {
    return topic('orders', id);
  }

  @ShortPoll('state/:id/short')
  shortState(@Param('id') id: string) {
    return { id };
  }

  @LongPoll('state/:id/long', { topic: 'orders/:id' })
  longState(@Param('id') id: string) {
    return { id };
  }

  @Sse('state/:id/stream', { topic: 'orders/:id' })
  streamState(@Param('id') id: string) {
    return { id };
  }

  @Webhook('hook', { scheme: standardWebhooks({ secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' }) })
  hook() {}
}

@TopicPolicy('**')
class OpenPolicy implements TopicPolicyHandler {
  canSubscribe() {
    return true;
  }

  canPublish({ topic }: TopicAccess) {
    return topic !== 'canary';
  }

  snapshot({ topic }: TopicAccess) {
    return { topic };
  }
}

/** What an operator would be woken by. Of bodies that were broken off Nest itself logs as errors, on Fastify. */
class Alarm extends ConsoleLogger {
  override error(message: unknown, ...rest: unknown[]): void {
    const { code } = message as { code?: string };
    if (code !== 'ECONNRESET') super.error(message, ...rest);
  }
}

const report = (message: Report) => void process.send?.(message);

const app = await startApp({
  adapter: process.argv[2] as AdapterName,
  controllers: [LogController],
  providers: [OpenPolicy],
  realtime: { sse: { heartbeatMs: 300 } },
  application: { logger: new Alarm({ logLevels: ['error', 'fatal'] }) },
});

process.on('message', (order: Order) => {
  if (order.kind === 'publish') void app.bus.publish('canary', order.number);
  else if (order.kind === 'census') report({ kind: 'census', census: census(app) });
  else void app.close().then(() => process.disconnect());
});
report({ kind: 'listening', url: app.url });
