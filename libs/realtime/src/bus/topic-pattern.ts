import { assertTopic, ProtocolError, topicSegment } from 'nestjs-realtime-protocol';

const PARAM = /^:([A-Za-z_]\w*)$/;
/** How specific a segment is: a literal beats one segment of any text, which beats the rest. */
const RANK = Object.freeze({ literal: 2, one: 1, rest: 0 });

/** The first segment of topics that the library itself publishes. */
export const OWN_SEGMENT = 'realtime';

interface Segment {
  readonly kind: keyof typeof RANK;
  readonly text: string;
  /** Name that captures it. */
  readonly name?: string;
}

/** A pattern over topics: `*` is one segment, `:name` one that is captured, and `**` at the end the rest. */
export class TopicPattern {
  private readonly segments: readonly Segment[];

  /** @throws ProtocolError `topic-invalid` */
  constructor(readonly text: string) {
    this.segments = text.split('/').map(segmentOf);
    const rest = this.segments.findIndex(({ kind }) => kind === 'rest');
    if (rest >= 0 && rest < this.segments.length - 1) {
      throw new ProtocolError('topic-invalid', `"${text}" is no pattern: ** can only be its last segment.`);
    }
    const names = this.segments.flatMap(({ name }) => name ?? []);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice) throw new ProtocolError('topic-invalid', `"${text}" is no pattern: it has :${twice} twice.`);
    assertTopic(this.segments.map(({ kind, text }) => (kind === 'literal' ? text : 'x')).join('/'));
  }

  /** Two patterns of one shape match the same topics. */
  get shape(): string {
    return this.segments.map(({ kind, text }) => (kind === 'one' ? '*' : text)).join('/');
  }

  /**
   * What was captured, or undefined when `topic` does not match. `**` matches one segment or more. The library's
   * own topics, `realtime/…`, are only reached by patterns that name them.
   */
  match(topic: string): Readonly<Record<string, string>> | undefined {
    const texts = topic.split('/');
    if (texts[0] === OWN_SEGMENT && this.segments[0]!.kind !== 'literal') return undefined;
    const open = this.segments.at(-1)?.kind === 'rest';
    if (open ? texts.length < this.segments.length : texts.length !== this.segments.length) return undefined;
    // Without a prototype, for a name may be `__proto__`.
    const params = Object.create(null) as Record<string, string>;
    for (const [index, { kind, text, name }] of this.segments.entries()) {
      const actual = texts[index]!;
      if (kind === 'literal' && text !== actual) return undefined;
      if (name) params[name] = unescaped(actual);
    }
    return params;
  }

  /** Sorts the more specific pattern first. */
  static compare(a: TopicPattern, b: TopicPattern): number {
    for (let index = 0; index < Math.max(a.segments.length, b.segments.length); index++) {
      const [left, right] = [a, b].map(({ segments }) => RANK[segments[index]?.kind ?? 'rest']);
      if (left !== right) return right! - left!;
    }
    return 0;
  }
}

function segmentOf(text: string): Segment {
  if (text === '**') return { kind: 'rest', text };
  const [, name] = PARAM.exec(text) ?? [];
  return text === '*' || name ? { kind: 'one', text, name } : { kind: 'literal', text };
}

/** Undoes `topicSegment`, and only that: what it would never write stays as it is. */
function unescaped(segment: string): string {
  if (!segment.includes('%')) return segment;
  try {
    const text = decodeURIComponent(segment);
    return topicSegment(text) === segment ? text : segment;
  } catch {
    return segment;
  }
}
