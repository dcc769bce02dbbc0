export { fromTopic } from './from-topic.js';
