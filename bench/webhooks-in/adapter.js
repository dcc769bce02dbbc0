import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';

/** @param {string} name */
export function adapterOf(name) {
  return name === 'fastify' ? new FastifyAdapter() : new ExpressAdapter();
}
