import { topic, type TopicRef } from 'nestjs-realtime';

/** Tables that were taken: `{ order, company }`. */
export const TABLES = 'tables';

/** What the whole house hears. */
export const PARTY = 'party';

/** How the charity is doing. */
export const CHARITY = 'charity';

/** What is served at a table, and fetched. */
export const servedTopic = (id: string): TopicRef => topic('orders', id);

/** What a table would like. */
export const wishesTopic = (id: string): TopicRef => topic('orders', id, 'wishes');

/** What the kitchen was told about a table. */
export const kitchenTopic = (id: string): TopicRef => topic('orders', id, 'kitchen');

/** What a table has left over, in boxes. */
export const leftoversTopic = (id: string): TopicRef => topic('leftovers', id);
