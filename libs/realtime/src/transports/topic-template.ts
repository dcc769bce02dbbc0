import { topicSegment } from 'nestjs-realtime-protocol';
import { TopicRef } from '../bus/topic-ref.js';

const PARAM = /^:([A-Za-z_]\w*)$/;

/** Topics with `:params` that are filled from the route: `orders/:id`. */
export class TopicTemplate {
  private readonly topics: readonly (readonly string[])[];

  constructor(templates: string | readonly string[]) {
    this.topics = [templates].flat().map((template) => template.split('/'));
  }

  /** The names of all params. */
  get params(): string[] {
    return this.topics.flat().flatMap((segment) => PARAM.exec(segment)?.[1] ?? []);
  }

  /** @throws ProtocolError `topic-invalid` when a param cannot be part of a topic */
  fill(params: Readonly<Record<string, string>>): TopicRef {
    return TopicRef.of(
      this.topics.map((segments) =>
        segments
          .map((segment) => {
            const name = PARAM.exec(segment)?.[1];
            return name === undefined ? segment : topicSegment(params[name] ?? '');
          })
          .join('/'),
      ),
    );
  }
}
