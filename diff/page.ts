/** The table of the documentation: which fields lead to which class. */
import { CLASSES, CLASS_NAMES, type ClassName } from './classes';
import type { Rule } from './rule';
import { RULES } from './rules';

const FATES = { came: 'new', went: 'gone', changed: 'changed' } as const;

/** Fields once for all kinds of pods. */
const fieldsOf = ({ fields }: Rule) =>
  fields.length === 0
    ? ['the object']
    : [...new Set(fields.map((field) => `\`${field.replace(/^spec\.(jobTemplate\.spec\.)?template\.spec\./, 'pod: ')}\``))];

function row(rule: Rule): string {
  const { kinds, of = ['changed'], when = '', otherwise } = rule;
  const which = [of.map((fate) => FATES[fate]).join(' or '), when, otherwise ? 'taken by no other row' : ''].filter(Boolean).join('; ');
  const cells = [kinds.length > 0 ? kinds.join(', ') : 'any', fieldsOf(rule).join('<br>'), which];
  return `| ${cells.map((cell) => cell.replace(/\|/g, '\\|')).join(' | ')} |`;
}

const section = (name: ClassName) => `## ${name}

${CLASSES[name].means} Exit code ${CLASSES[name].exitCode}.

| kinds | fields | which |
|---|---|---|
${RULES.filter((rule) => rule.class === name)
  .map(row)
  .join('\n')}
`;

/** `docs/diff.md` */
export const page = () => `<!-- Written by \`npm run docs\` from diff/rules/. -->
# What a change leads to

Each single value that differs leads to one class or more, worst first. \`*\` is any key, \`**\` all below; \`pod\` is the specification of
pods, wherever the kind has it. How to ask: [npm run diff](how-to/diff.md).

${CLASS_NAMES.map(section).join('\n')}`;
