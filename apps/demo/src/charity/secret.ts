/** What the charity and the restaurant share. Of a demo, hence known to everybody. */
export const KEY = 'a demo secret, known to everybody';

/** The same as Standard Webhooks write it. */
export const SECRET = `whsec_${Buffer.from(KEY).toString('base64')}`;
