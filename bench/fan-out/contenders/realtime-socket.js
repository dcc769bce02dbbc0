import { RealtimeBus, RealtimeModule, TopicPolicy } from 'nestjs-realtime';
import { EVENT } from '../../shared/event.js';
import { decorate, listen } from '../../shared/nest-app.js';

export async function start() {
  class BenchPolicy {
    canSubscribe() {
      return true;
    }
  }
  decorate(BenchPolicy, [TopicPolicy('bench')], {});
  class AppModule {}
  const { app, port } = await listen({
    module: AppModule,
    imports: [RealtimeModule.forRoot()],
    providers: [BenchPolicy],
  });
  const bus = app.get(RealtimeBus);

  return {
    port,
    publish(/** @type {number} */ events) {
      for (let sent = 0; sent < events; sent++) void bus.publish('bench', EVENT);
    },
    stop: () => app.close(),
  };
}
