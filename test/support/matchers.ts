/** `expect({ before, after }).toLeadTo({ restart: [/…/] })`: what a change of manifests leads to, and that it leads to nothing else. */
import type { Manifest } from '../../constructs/manifests';
import { CLASS_NAMES, type ClassName } from '../../diff/classes';
import { consequences } from '../../diff/consequences';
import { report } from '../../diff/report/report';
import { text } from '../../diff/report/text';

export interface Sides {
  readonly before: readonly Manifest[];
  readonly after: readonly Manifest[];
}

/** Consequences of each class, as `Kind name: sentence`; each is one of those in the report, and each in the report is one of them. */
export type Expected = Partial<Record<ClassName, readonly RegExp[]>>;

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- how jest's own matchers are declared
  namespace jest {
    interface Matchers<R> {
      toLeadTo(expected: Expected): R;
    }
  }
}

const matched = (lines: readonly string[], patterns: readonly RegExp[]) =>
  lines.every((line) => patterns.some((pattern) => pattern.test(line))) &&
  patterns.every((pattern) => lines.some((line) => pattern.test(line)));

expect.extend({
  toLeadTo(sides: Sides, expected: Expected) {
    const all = consequences(sides.before, sides.after);
    const wrong = CLASS_NAMES.filter((name) => {
      const lines = all.filter((one) => one.class === name).map((one) => `${one.kind} ${one.name}: ${one.says}`);
      return !matched(lines, expected[name] ?? []);
    });
    const told = () => text(report({ environment: 'it', against: 'before', ...sides }), 160);
    return {
      pass: wrong.length === 0,
      message: () =>
        `expected ${this.isNot ? 'something else' : JSON.stringify(expected, (_key, value: unknown) => (value instanceof RegExp ? `${value}` : value))}; not so: ${wrong.join(', ')}\n\n${told()}`,
    };
  },
});
