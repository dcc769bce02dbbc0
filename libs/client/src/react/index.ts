export { useTopic } from './use-topic.js';
export type { TopicView } from './topic-store.js';
