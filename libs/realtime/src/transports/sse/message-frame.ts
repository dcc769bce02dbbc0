import type { MessageEvent } from '@nestjs/common';

/** A `MessageEvent` of Nest, or bare data, as a frame. Nothing in it can break out of its field. */
export function messageFrame(message: unknown): string {
  const event: Partial<MessageEvent> =
    typeof message === 'object' && message !== null ? message : { data: message as string };
  const fields = [
    field('event', event.type || undefined),
    field('id', event.id),
    field('retry', event.retry),
    lines('', event.comment),
    lines('data', event.data),
  ];
  return `${fields.join('')}\n`;
}

function field(name: string, value: string | number | undefined): string {
  if (value === undefined || value === null) return '';
  return `${name}: ${String(value).replaceAll(/[\r\n\0]/g, '')}\n`;
}

function lines(name: string, value: unknown): string {
  if (value === undefined || value === null) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text
    .split(/\r\n|\r|\n/)
    .map((line) => `${name}: ${line}\n`)
    .join('');
}
