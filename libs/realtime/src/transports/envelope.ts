import type { LogEvent } from '../bus/log-event.js';

/** The whole TopicEvent as JSON text, around the data as its publisher wrote it. */
export function envelope(event: LogEvent): string {
  const topic = JSON.stringify(event.topic);
  const type = JSON.stringify(event.type);
  return `{"id":"${event.id}","topic":${topic},"type":${type},"data":${event.json},"time":"${event.time}"}`;
}
