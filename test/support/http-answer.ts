import type { PollAnswer } from 'nestjs-realtime';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; undefined when there is none. */
  readonly body: unknown;
}

/** One request, answered as a whole. */
export async function ask(
  url: string,
  headers: Readonly<Record<string, string>> = {},
  method = 'GET',
): Promise<HttpAnswer> {
  const response = await fetch(url, { headers, method });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    get body(): unknown {
      return text === '' ? undefined : JSON.parse(text);
    },
  };
}

/** A poll in log mode that is answered with a body. */
export async function askLog(
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<PollAnswer> {
  const { status, body, text } = await ask(url, headers);
  if (status !== 200) throw new Error(`${status} ${text}`);
  return body as PollAnswer;
}

/** Headers that say something about the answer, not about the connection or the time. */
export function saying(headers: Headers): Record<string, string> {
  const silent = ['connection', 'content-length', 'date', 'keep-alive', 'transfer-encoding'];
  return Object.fromEntries([...headers].filter(([name]) => !silent.includes(name)));
}
