/** A token, or how to get one: called before the first connection, and again when the server wants another. */
export type Auth = string | (() => string | undefined | Promise<string | undefined>);

/** Keeps the token until another is wanted. */
export class Credentials {
  private current: Promise<string | undefined> | undefined;

  constructor(private readonly auth: Auth | undefined) {}

  token(): Promise<string | undefined> {
    return (this.current ??= this.ask());
  }

  /** The token is of no more use. */
  expire(): void {
    this.current = undefined;
  }

  private async ask(): Promise<string | undefined> {
    const { auth } = this;
    // What it throws at once comes too late to be kept.
    await undefined;
    try {
      return typeof auth === 'function' ? await auth() : auth;
    } catch (error) {
      this.expire();
      throw error;
    }
  }
}
