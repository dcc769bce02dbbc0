/** @typedef {import('./guest.js').Guest} Guest */

/**
 * @typedef {object} Answer
 * @property {number} status
 * @property {Headers} headers
 * @property {string} text
 * @property {number} bytes Status line, headers and body as they came.
 */

/**
 * Asks for a path of the guest's own order.
 * @param {Guest} guest @param {string} path
 * @param {{ headers?: Record<string, string>, signal?: AbortSignal }} options
 * @returns {Promise<Answer>}
 */
export async function ask(guest, path, { headers = {}, signal } = {}) {
  const response = await fetch(`/orders/${guest.order}${path}`, {
    // The page itself keeps ETags and cursors, so that they can be seen.
    cache: 'no-store',
    headers: { authorization: `Bearer ${guest.token}`, ...headers },
    signal,
  });
  const text = await response.text();
  if (response.status === 401 || response.status === 404) guest.lose();
  return {
    status: response.status,
    headers: response.headers,
    text,
    bytes: headBytes(response) + byteLength(text),
  };
}

/**
 * Presses a button of the restaurant.
 * @param {Guest} guest @param {string} path @param {{ method?: string, body?: unknown }} options
 */
export async function press(guest, path, { method = 'POST', body = {} } = {}) {
  const response = await fetch(`/orders/${guest.order}${path}`, {
    method,
    headers: { authorization: `Bearer ${guest.token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (response.status === 401) guest.lose();
  const text = await response.text();
  return { status: response.status, body: text ? JSON.parse(text) : undefined };
}

/** @param {string} text */
export function byteLength(text) {
  return new TextEncoder().encode(text).length;
}

/** @param {Response} response */
function headBytes({ status, statusText, headers }) {
  let bytes = `HTTP/1.1 ${status} ${statusText}\r\n\r\n`.length;
  for (const [name, value] of headers) bytes += name.length + value.length + 4;
  return bytes;
}
