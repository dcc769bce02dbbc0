import { Injectable } from '@nestjs/common';
import { PatternIndex } from './pattern-index.js';
import type { TopicPattern } from './topic-pattern.js';

/** Which topics durable consumers follow. */
@Injectable()
export class JournaledTopics {
  private readonly patterns = new PatternIndex<true>();
  private complete = false;

  /** @returns a function that takes the patterns back */
  add(patterns: readonly TopicPattern[]): () => void {
    const removals = patterns.map((pattern) => this.patterns.add(pattern, true));
    return () => removals.forEach((remove) => remove());
  }

  /** All consumers that the application starts with are known: until then every topic might be one of theirs. */
  seal(): void {
    this.complete = true;
  }

  has(topic: string): boolean {
    return !this.complete || this.patterns.match(topic).length > 0;
  }
}
