import { type CanActivate, createParamDecorator, type ExecutionContext } from '@nestjs/common';

/** Whose request it is, or undefined for one that may see nothing. */
export type OwnerOf = (context: ExecutionContext) => string | undefined | Promise<string | undefined>;

const owners = new WeakMap<object, string>();

/** Lets in whoever is somebody, and remembers who. Stands behind the application's guards. */
export function ownerGuard(ownerOf: OwnerOf): CanActivate {
  return {
    canActivate: async (context) => {
      const owner = await ownerOf(context);
      // Neither undefined, which an endpoint of the application itself has, nor what a mistyped claim gives.
      if (typeof owner !== 'string' || owner === '') return false;
      owners.set(requestOf(context), owner);
      return true;
    },
  };
}

/** Who the guard has let in. */
export const Owner = createParamDecorator((_: undefined, context: ExecutionContext): string => {
  const owner = owners.get(requestOf(context));
  if (owner === undefined) throw new Error('A route to webhook endpoints is not guarded.');
  return owner;
});

function requestOf(context: ExecutionContext): object {
  return context.switchToHttp().getRequest<object>();
}
