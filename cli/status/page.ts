/** The table of the documentation: what keeps pods from serving, and what mends it. */
import { CAUSES, type Cause } from './causes';

/** Words that the pages of the project use for a release; those that are found stand for themselves. */
const KNOWN: Readonly<Record<string, string>> = { environment: 'prod', namespace: 'shop-prod' };

const sentence = (text: string) => text.replaceAll(/\{(\w+)\}/g, (_all, word: string) => KNOWN[word] ?? word.toUpperCase());

const row = ({ name, shown, says, mend }: Cause) =>
  `| ${[name, shown, sentence(says), sentence(mend)].map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;

/** `docs/status.md` */
export const page = () => `<!-- Written by \`npm run docs\` from cli/status/causes.ts. -->
# Why a pod does not serve

What [npm run status](how-to/status.md) recognises, says and advises. Of a pod the first of these counts; words in capitals are those that it
finds. These may pass by themselves: ${CAUSES.filter(({ waits }) => waits)
  .map(({ name }) => `\`${name}\``)
  .join(', ')}.

| cause | recognised by | said | mend |
|---|---|---|---|
${CAUSES.map(row).join('\n')}
`;
