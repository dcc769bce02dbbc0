import { Injectable, type Type } from '@nestjs/common';
import { type Attempt, OnTopic, type OnTopicOptions, type TopicEvent } from 'nestjs-realtime';
import { Inbox } from '../support/inbox.js';

export type Handle = (event: TopicEvent, attempt: Attempt) => unknown;

/** A provider whose method has `@OnTopic`. */
export function handlerOf(
  pattern: string | readonly string[],
  options: OnTopicOptions,
  handle: Handle,
): Type {
  @Injectable()
  class Handler {
    @OnTopic(pattern, options)
    on(event: TopicEvent, attempt: Attempt): unknown {
      return handle(event, attempt);
    }
  }
  return Handler;
}

/** One attempt, which goes on until the test says how it ends. */
export interface Run {
  readonly event: TopicEvent;
  readonly attempt: Attempt;
  end(): void;
  /** With what is given, or else with an error that says "It failed." */
  fail(...thrown: unknown[]): void;
}

/** The attempts of a handler, each to be ended by the test. */
export class Runs extends Inbox<Run> {
  readonly handle: Handle = (event, attempt) =>
    new Promise<void>((resolve, reject) => {
      this.push({
        event,
        attempt,
        end: resolve,
        fail: (...thrown) => reject((thrown.length > 0 ? thrown[0] : new Error('It failed.')) as Error),
      });
    });

  /** Ends the next `count` attempts well, each before it waits for the next. @returns the data of their events */
  async endNext(count = 1): Promise<unknown[]> {
    const ended: unknown[] = [];
    while (ended.length < count) {
      const run = await this.next();
      run.end();
      ended.push(run.event.data);
    }
    return ended;
  }

  /** Has the next `count` attempts fail. @returns their numbers */
  async failNext(count = 1, ...thrown: unknown[]): Promise<number[]> {
    const failed: number[] = [];
    while (failed.length < count) {
      const run = await this.next();
      run.fail(...thrown);
      failed.push(run.attempt.number);
    }
    return failed;
  }
}
