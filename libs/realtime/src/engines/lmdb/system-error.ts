import { getSystemErrorName } from 'node:util';

/** Node's name of what went wrong, such as `ENOSPC`; lmdb gives the system's number. Empty when there is none. */
export function codeOf(error: unknown): string {
  const code = field(error, 'code');
  if (typeof code === 'number') return code > 0 ? getSystemErrorName(-code) : String(code);
  return typeof code === 'string' ? code : '';
}

export function messageOf(error: unknown): string {
  const message = field(error, 'message');
  return typeof message === 'string' ? message : String(error);
}

/** Errors of another realm are no instances of Error. */
function field(error: unknown, name: 'code' | 'message'): unknown {
  return typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;
}
