/** Deliveries under way at once: what an endpoint of ours has. */
export const CONCURRENCY = 8;

export const SECRET = `whsec_${Buffer.alloc(32, 'bench').toString('base64')}`;
