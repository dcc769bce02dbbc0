import type { RunningApp } from './app.js';
import { openSocket } from './socket-client.js';

/** The ways a client comes to a topic under its policy: each resolves to `ok`, or to the code of the refusal. */
export interface WayIn {
  subscribe(app: RunningApp, topic: string, token?: string, since?: string): Promise<string>;
  publish(app: RunningApp, message: object, token?: string): Promise<string>;
}

async function ask(app: RunningApp, name: string, body: unknown, token?: string): Promise<string> {
  using client = await openSocket(app.url, { token });
  const answer = (await client.ask(name, body)) as { ok: boolean; error?: { code: string } };
  return answer.error?.code ?? 'ok';
}

async function codeOf(response: Response): Promise<string> {
  if (response.ok) return 'ok';
  const { code, statusCode } = (await response.json()) as { code?: string; statusCode: number };
  return code ?? String(statusCode);
}

export const WAYS_IN: Readonly<Record<'socket' | 'hub', WayIn>> = {
  socket: {
    subscribe: (app, topic, token, since) => ask(app, 'subscribe', { topics: [topic], since }, token),
    publish: (app, message, token) => ask(app, 'publish', message, token),
  },
  hub: {
    subscribe: async ({ url }, topic, token, since = 'latest') =>
      codeOf(
        await fetch(`${url}/realtime/events?${new URLSearchParams({ topic, since })}`, {
          headers: bearer(token),
        }),
      ),
    publish: async ({ url }, message, token) =>
      codeOf(
        await fetch(`${url}/realtime/events`, {
          method: 'POST',
          headers: { ...bearer(token), 'Content-Type': 'application/json' },
          body: JSON.stringify(message),
        }),
      ),
  },
};

export function bearer(token: string | undefined): Record<string, string> {
  return token === undefined ? {} : { Authorization: `Bearer ${token}` };
}
