import { FastifyAdapter } from '@nestjs/platform-fastify';
import { start as startOn } from './realtime-sse.js';

export const start = () => startOn(new FastifyAdapter());
