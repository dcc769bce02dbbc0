import { TopicPolicy, type TopicPolicyHandler } from 'nestjs-realtime';
import { OperatorLog } from '../webhooks/operator-log.js';
import { type AppOptions, type RunningApp, startApp } from './app.js';
import { census } from './census.js';
import { OpenPolicy } from './open-policies.js';
import { openSocket } from './socket-client.js';
import { dataUntilEnd, subscribe } from './socket-story.js';
import { until } from './until.js';

/** Lets everybody write, at a pace of the test's. */
@TopicPolicy('chat/:__proto__')
export class ChatPolicy implements TopicPolicyHandler {
  params: unknown;
  decide: () => void | Promise<void> = () => {};
  async canPublish({ params }: { params: unknown }): Promise<boolean> {
    this.params = params;
    await this.decide();
    return true;
  }
}

/** Runs `attack` beside a client that notices nothing of it, nor does the log. */
export async function beside(
  options: AppOptions,
  attack: (app: RunningApp) => Promise<void>,
): Promise<unknown[]> {
  const log = new OperatorLog();
  await using app = await startApp({
    providers: [OpenPolicy, ChatPolicy],
    application: { logger: log },
    ...options,
  });
  using bystander = await openSocket(app.url);
  await subscribe(bystander, ['public']);
  await app.bus.publish('public', 'before');
  await attack(app);
  await until(() => census(app).connections === 1);
  await app.bus.publish('public', 'end');
  return [
    ...(await dataUntilEnd(bystander)),
    ...log.lines.drain().filter((line) => !line.includes('Policy')),
  ];
}

/** What `beside` resolves to if all went well. */
export const UNDISTURBED = ['before', 'end'];
