/** Reads nginx.conf back into directives and blocks. */
import type { Manifest } from '../../constructs/manifests';
import type { Rendered } from '../support/stack';

export interface Directive {
  readonly name: string;
  readonly args: readonly string[];
  /** Of a block. */
  readonly body?: readonly Directive[];
}

const TOKEN = /#[^\n]*|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[{};]|[^\s{};"']+/g;

/** The directives of a text; throws where nginx would not read it. */
export function parse(text: string): Directive[] {
  if (text.replace(TOKEN, '').trim() !== '') throw new Error(`nginx.conf has an open quote: ${text.replace(TOKEN, '').trim()}`);
  const open: { words: string[]; body: Directive[] }[] = [{ words: [], body: [] }];
  let words: string[] = [];
  for (const token of text.match(TOKEN) ?? []) {
    const body = open.at(-1)?.body ?? [];
    const [name, ...args] = words;
    if (token.startsWith('#')) continue;
    if (![';', '{', '}'].includes(token)) {
      words.push(token.replace(/^(["'])(.*)\1$/s, '$2'));
      continue;
    }
    if ((token === '}') !== (name === undefined)) throw new Error(`nginx.conf has "${token}" after "${words.join(' ')}"`);
    if (token === ';') body.push({ name: name ?? '', args });
    if (token === '{') open.push({ words, body: [] });
    if (token === '}') {
      const closed = open.pop();
      const [blockName = '', ...blockArgs] = closed?.words ?? [];
      if (open.length === 0) throw new Error('nginx.conf closes a block that is not open');
      open.at(-1)?.body.push({ name: blockName, args: blockArgs, body: closed?.body });
    }
    words = [];
  }
  if (open.length > 1 || words.length > 0)
    throw new Error(`nginx.conf ends inside "${open.at(-1)?.words.join(' ') ?? ''} ${words.join(' ')}"`);
  return open[0]?.body ?? [];
}

/** Arguments of every directive of that name, in one text each. */
export const values = (body: readonly Directive[], name: string) =>
  body.filter((one) => one.name === name).map(({ args }) => args.join(' '));

/** What stands in the one block of that name and these arguments. */
export function block(body: readonly Directive[], name: string, ...args: string[]): readonly Directive[] {
  const found = body.filter((one) => one.name === name && (args.length === 0 || one.args.join(' ') === args.join(' ')));
  if (found.length !== 1 || !found[0]?.body) throw new Error(`${found.length} blocks are ${[name, ...args].join(' ')}`);
  return found[0].body;
}

/** The one server that has that `listen`. */
export function server(http: readonly Directive[], listen: string): readonly Directive[] {
  const found = http.filter(({ name, body }) => name === 'server' && body && values(body, 'listen').includes(listen));
  if (found.length !== 1 || !found[0]?.body) throw new Error(`${found.length} servers listen ${listen}`);
  return found[0].body;
}

const configMap = (object: Manifest) => object as unknown as { readonly data: Readonly<Record<string, string>> };

/** `nginx.conf` as the stack writes it. */
export function confText(rendered: Rendered): string {
  const text = configMap(rendered.find('ConfigMap', 'shop-nginx')).data['nginx.conf'];
  if (text === undefined) throw new Error('the ConfigMap of Nginx has no nginx.conf');
  return text;
}

/** What stands in its `http` block. */
export const http = (rendered: Rendered) => block(parse(confText(rendered)), 'http');
