import { connect, type Socket } from 'node:net';
import { Agent, request } from 'node:http';

/** What a server answered, as far as it matters here. */
export interface Answer {
  readonly status: number;
  /** The stable code of an error, where the body has one. */
  readonly code?: string;
}

export interface SendOptions {
  readonly method?: string;
  readonly body?: string | Buffer;
  /** Default: a connection of its own. */
  readonly agent?: Agent;
}

/** One request. An answer that does not end is cut off after its headers. */
export function send(
  url: string,
  headers: Record<string, string | string[]> = {},
  { method = 'GET', body, agent = new Agent() }: SendOptions = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { agent, method, headers }, (response) => {
      const status = response.statusCode ?? 0;
      if (response.headers['content-type']?.startsWith('text/event-stream')) {
        response.destroy();
        return resolve({ status });
      }
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('end', () => resolve({ status, ...codeOf(text) }));
      response.on('error', reject);
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

function codeOf(text: string): { code?: string } {
  try {
    const { code } = JSON.parse(text) as { code?: string };
    return code === undefined ? {} : { code };
  } catch {
    return {};
  }
}

/** Opens a connection and writes `bytes` as they are. */
export async function open(port: number, bytes: string | Buffer = ''): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  // Being cut off is what an attacker expects.
  socket.on('error', () => socket.destroy());
  await new Promise((resolve) => socket.once('connect', resolve).once('close', resolve));
  if (bytes.length > 0 && socket.writable) socket.write(bytes);
  return socket;
}

/**
 * Writes `bytes`, and resolves to all that was said until the server closed the connection.
 * @param last whether to say that nothing more follows, on which a server gives up what is not complete
 */
export async function talk(port: number, bytes: string | Buffer, last = false): Promise<string> {
  const socket = await open(port, bytes);
  if (last) socket.end();
  let said = '';
  socket.setEncoding('latin1').on('data', (part: string) => (said += part));
  await new Promise((resolve) => socket.once('close', resolve));
  return said;
}

/** The status of the first answer in what was said; 0 when there was none. */
export function statusOf(said: string): number {
  return Number(/^HTTP\/1\.1 (\d{3}) /.exec(said)?.[1] ?? 0);
}
