/** What a terminal shows of what is written to it. */

export interface Terminal {
  /** The last one is that of the cursor. */
  readonly rows: readonly string[];
  /** All that was written. */
  readonly written: string;
  readonly output: { readonly isTTY: true; readonly columns: number; readonly write: (text: string) => boolean };
}

/** One of that width, which goes on in the next row where a line is too long for it, as real ones do. */
export function terminal(columns: number): Terminal {
  const state = { rows: [''], written: '' };
  let cursor = 0;
  const next = () => {
    cursor += 1;
    state.rows[cursor] ??= '';
  };
  const put = (part: string) => {
    for (const character of part) {
      if (state.rows[cursor]?.length === columns) next();
      state.rows[cursor] = `${state.rows[cursor] ?? ''}${character}`;
    }
  };
  const write = (text: string) => {
    state.written += text;
    for (const [part, up] of text.matchAll(/\x1b\[(\d+)A|\x1b\[J|\n|[^\x1b\n]+/g)) {
      if (up !== undefined) cursor -= Number(up);
      else if (part === '\x1b[J') state.rows.splice(cursor, state.rows.length, '');
      else if (part === '\n') next();
      else put(part);
    }
    return true;
  };
  return {
    get rows() {
      return state.rows;
    },
    get written() {
      return state.written;
    },
    output: { isTTY: true, columns, write },
  };
}
