/** Has work on the same thing done one after the other. */
export class Turns {
  private readonly last = new Map<string, Promise<unknown>>();

  /** Does `work` when everything that came before it for `key` has ended. */
  take<T>(key: string, work: () => Promise<T>): Promise<T> {
    const result = (this.last.get(key) ?? Promise.resolve()).then(work);
    const ended = () => {
      if (this.last.get(key) === turn) this.last.delete(key);
    };
    const turn = result.then(ended, ended);
    this.last.set(key, turn);
    return result;
  }
}
