/**
 * What restaurant and charity share, one secret for each direction, as Standard Webhooks write them. Of a demo,
 * hence known to everybody; the page shows the second, so that one can sign with it oneself.
 */
export const LEFTOVERS_SECRET = secretOf('leftovers, a secret of the demo');
export const FETCHED_SECRET = secretOf('a demo secret, known to everybody');

function secretOf(key: string): string {
  return `whsec_${Buffer.from(key).toString('base64')}`;
}
