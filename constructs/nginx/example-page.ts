/** The page that shows a file with almost every role of Nginx, and the nginx.conf that follows from it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnvironment } from '../../config/load';
import { composeEnvironment } from '../compose';
import { manifests } from '../manifests';
import { NGINX_CONF } from './container';

const SETTINGS = 'docs/front/example.yaml';

const withoutComment = (text: string) => text.replace(/^#.*\n/, '');

/** @param root folder of this project */
export function examplePage(root: string): string {
  const text = readFileSync(join(root, SETTINGS), 'utf8');
  const problems: string[] = [];
  const environment = parseEnvironment(root, SETTINGS, text, problems);
  if (!environment || problems.length > 0) throw new Error(problems.join('\n'));
  const composed = composeEnvironment(environment, root, '');
  if (composed.problems.length > 0) throw new Error(composed.problems.join('\n'));
  const files = manifests(composed.app).map(({ data }) => data as Readonly<Record<string, string>> | undefined);
  const conf = files.find((one) => one !== undefined && NGINX_CONF in one)?.[NGINX_CONF] ?? '';
  return `# A whole nginx.conf

Written by \`npm run docs\` from [example.yaml](example.yaml), a site with almost every role of Nginx. Nothing of what a file leaves out
is there; the smallest file gets about a third of these lines.

\`\`\`yaml
${withoutComment(text)}\`\`\`

What Nginx then reads, in the ConfigMap \`shop-nginx\` and the hash of its content:

\`\`\`nginx
${conf}\`\`\`
`;
}
