export { redisEngine } from '../engines/redis/redis-engine.js';
export type { RedisEngineOptions } from '../engines/redis/redis-options.js';
