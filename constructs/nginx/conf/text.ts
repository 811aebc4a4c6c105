/** The grammar of nginx.conf: directives, and blocks of them. */

export type Line = string;

/** `name { ... }`, indented. */
export function block(name: string, ...body: readonly (Line | readonly Line[])[]): Line[] {
  return [`${name} {`, ...body.flat().map((line) => (line === '' ? '' : `  ${line}`)), '}'];
}

/** Blocks with an empty line between them. */
export function paragraphs(...parts: readonly (readonly Line[])[]): Line[] {
  return parts.filter((part) => part.length > 0).flatMap((part, index) => (index > 0 ? ['', ...part] : [...part]));
}

/** Bytes as nginx writes sizes. */
export const nginxSize = (bytes: number): string => (bytes % 1024 ** 2 === 0 ? `${bytes / 1024 ** 2}m` : `${bytes}`);
