import { HttpException, Inject, Injectable, Logger } from '@nestjs/common';
import { RealtimeError } from '../realtime.errors.js';
import {
  type Handshake,
  type Principal,
  REALTIME_OPTIONS,
  type ResolvedOptions,
} from '../realtime.options.js';
import { expiresInMs } from './credentials.js';

/** Asks the application's `authenticate` who is connecting. What it must not tell clients is logged. */
@Injectable()
export class Authenticator {
  private readonly logger = new Logger('Realtime');

  constructor(@Inject(REALTIME_OPTIONS) private readonly options: ResolvedOptions) {}

  /**
   * @returns undefined for an anonymous client
   * @throws RealtimeError `unauthorized`, what the application refused with, or `internal`
   */
  async identify(handshake: Handshake): Promise<Principal | undefined> {
    const principal = this.checked(await this.ask(handshake));
    if (!principal || expiresInMs(principal) > 0) return principal;
    throw new RealtimeError('unauthorized', 'The credentials have expired.');
  }

  private async ask(handshake: Handshake): Promise<unknown> {
    try {
      return await this.options.authenticate?.(handshake);
    } catch (error) {
      if (error instanceof RealtimeError) throw error;
      if (error instanceof HttpException) throw refused(error);
      throw this.failed('authenticate() failed; the client was refused.', error);
    }
  }

  /** An answer by mistake (a token, false, an id that is a number) must not become an anonymous client. */
  private checked(answer: unknown): Principal | undefined {
    if (answer === undefined || answer === null) return undefined;
    if (isPrincipal(answer)) return answer;
    throw this.failed(
      'authenticate() must return { id: "some text", … }, or undefined for an anonymous client. The client was refused.',
    );
  }

  private failed(what: string, error?: unknown): RealtimeError {
    if (error === undefined) this.logger.error(what);
    else this.logger.error(what, error);
    return new RealtimeError('internal', 'Internal server error');
  }
}

function isPrincipal(answer: unknown): answer is Principal {
  const { id } = Object(answer) as Partial<Principal>;
  return typeof id === 'string' && id !== '';
}

function refused(error: HttpException): RealtimeError {
  const status = error.getStatus();
  const code = status === 401 ? 'unauthorized' : status < 500 ? 'forbidden' : 'internal';
  return new RealtimeError(code, error.message, undefined, status);
}
