/** Lines at the end of what a command says that change while it works. */
import { tell } from './command';

/** What is written to. */
export type Output = Pick<NodeJS.WriteStream, 'isTTY' | 'columns' | 'write'>;

const CLEAR = '\x1b[J';
const up = (lines: number) => (lines > 0 ? `\x1b[${lines}A` : '');

/** On a terminal they are drawn in place, below all other lines; elsewhere each is a line of its own, once for each change. */
export class Screen {
  private shown: readonly string[] = [];

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

  /** One that went on in the next row could not be drawn over. */
  private fitting(line: string): string {
    return line.slice(0, this.output.columns - 1);
  }

  private draw(staying: readonly string[], lines: readonly string[]): void {
    const text = [...staying, ...lines.map((line) => this.fitting(line))].map((line) => `${line}\n`).join('');
    this.output.write(`${up(this.shown.length)}${this.shown.length > 0 ? CLEAR : ''}${text}`);
  }
}
