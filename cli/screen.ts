/** What the output is like, and lines at the end of it that change while a command works. */
import { wrapped } from '../diff/report/text';
import { tell } from './command';

/** What is written to. */
export type Output = Pick<NodeJS.WriteStream, 'isTTY' | 'columns' | 'write'>;

/** Where the output is no terminal, or one that does not say how wide it is. */
const COLUMNS = 120;

export const columnsOf = ({ isTTY, columns }: Pick<Output, 'isTTY' | 'columns'> = process.stdout) =>
  isTTY && columns > 0 ? columns : COLUMNS;

/** Whether to write in colours. Source: no-color.org. */
export const inColours = (output: { readonly isTTY?: boolean } = process.stdout, { NO_COLOR } = process.env) =>
  output.isTTY === true && (NO_COLOR ?? '') === '';

const CLEAR = '\x1b[J';
const up = (rows: number) => (rows > 0 ? `\x1b[${rows}A` : '');

const INDENT = '    ';
/** Rows that one line may take, as those of all components have to fit on a small terminal. */
const MOST = 3;

/** A line in rows of its own: what the terminal itself continues in the next row could not be drawn over. */
function rowsOf(line: string, width: number): string[] {
  const all = wrapped(line, width, INDENT);
  const isCut = (row: string, index: number) => row.length > width || (index === MOST - 1 && all.length > MOST);
  return all.slice(0, MOST).map((row, index) => (isCut(row, index) ? `${row.slice(0, width - 1)}…` : row));
}

/** On a terminal they are drawn in place, below all other lines; elsewhere each is a line of its own, once for each change. */
export class Screen {
  private shown: readonly string[] = [];
  /** Rows that they take. */
  private drawn = 0;

  public constructor(private readonly output: Output = process.stdout) {}

  /** A line that stays. */
  public readonly say = (line: string): void => {
    if (this.output.isTTY) this.draw([line], this.shown);
    else tell(line);
  };

  /** Puts them in the place of those before. */
  public show(lines: readonly string[]): void {
    if (this.output.isTTY) this.draw([], lines);
    else for (const line of lines.filter((one) => !this.shown.includes(one))) tell(line);
    this.shown = lines;
  }

  private draw(staying: readonly string[], lines: readonly string[]): void {
    // The last column is left free: some terminals go on in the next row once it is filled.
    const rows = lines.flatMap((line) => rowsOf(line, columnsOf(this.output) - 1));
    const text = [...staying, ...rows].map((row) => `${row}\n`).join('');
    this.output.write(`${up(this.drawn)}${this.drawn > 0 ? CLEAR : ''}${text}`);
    this.drawn = rows.length;
  }
}
