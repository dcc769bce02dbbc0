import type { PollAnswer } from 'nestjs-realtime';
import { bearer } from './ways-in.js';

export interface HubAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: (PollAnswer & { readonly code?: string; readonly message?: string }) | undefined;
}

export interface HubQuery {
  readonly topics?: readonly string[];
  readonly since?: string;
  readonly wait?: string;
  readonly access_token?: string;
}

/** The address of a reader of the hub. */
export function hubUrl(url: string, { topics = [], ...query }: HubQuery): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined) as [string, string][];
  const parameters = new URLSearchParams([...topics.map((topic) => ['topic', topic]), ...given] as [
    string,
    string,
  ][]);
  return `${url}/realtime/events?${parameters}`;
}

export async function answerOf(response: Response): Promise<HubAnswer> {
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? undefined : (JSON.parse(text) as HubAnswer['body']),
  };
}

/** Asks the hub once. */
export async function pollHub(
  url: string,
  query: HubQuery,
  { token, ...init }: RequestInit & { token?: string } = {},
): Promise<HubAnswer> {
  const headers = { ...bearer(token), ...(init.headers as Record<string, string>) };
  return answerOf(await fetch(hubUrl(url, query), { ...init, headers }));
}
