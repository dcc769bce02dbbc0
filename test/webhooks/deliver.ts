import { once } from 'node:events';
import {
  type Agent,
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
} from 'node:http';
import { text } from 'node:stream/consumers';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The body as JSON. */
  readonly body: unknown;
}

/** POSTs bytes with these headers and no others: no content type unless it is given. */
export async function deliver(
  url: string,
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>> = {},
  agent: Agent | false = false,
): Promise<Answer> {
  const bytes = Buffer.from(body);
  const outgoing = request(url, { method: 'POST', agent, headers });
  if (headers['transfer-encoding'] === undefined) outgoing.setHeader('content-length', bytes.length);
  outgoing.end(bytes);
  return answerTo(outgoing);
}

/** Asks without a body. */
export function ask(
  method: string,
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return answerTo(request(url, { method, agent: false, headers }).end());
}

async function answerTo(outgoing: ClientRequest): Promise<Answer> {
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  const answer = await text(response);
  return {
    status: response.statusCode!,
    headers: response.headers,
    text: answer,
    get body() {
      return JSON.parse(answer) as unknown;
    },
  };
}
