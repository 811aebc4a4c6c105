/** What must hold between the algorithm of nginx.balance and other settings. */
import type { Problem } from '../problems';
import type { Config } from '../resolve';
import type { Rule } from '../rules';
import { olderThan } from '../sections/nginx/nginx';
import { hiddenClients } from './hidden-clients';

/** Source: nginx's CHANGES. No stable release has it. */
const LEAST_TIME = [1, 31, 0] as const;

export const balanceRules: readonly Rule[] = [
  ({ nginx: { balance, image } }) =>
    balance.method === 'least_time' &&
    olderThan(LEAST_TIME, image) && {
      path: ['nginx', 'balance', 'method'],
      message: `must not be least_time, which Nginx has from ${LEAST_TIME.join('.')} on, with ${image}: take least_conn`,
    },
  (config) => {
    const { method, key } = config.nginx.balance;
    const reason = hiddenClients(config);
    const byAddress = method === 'ip_hash' || (method === 'hash' && key === 'address');
    return (
      byAddress &&
      reason !== undefined && {
        path: ['nginx', 'balance', method === 'hash' ? 'key' : 'method'],
        message: `must not go by the address of the client, got ${method === 'hash' ? key : method}; ${reason}, or take sticky`,
      }
    );
  },
];

/** What works, but may surprise. */
export const balanceWarnings = ({ nginx: { balance, replicas } }: Config): Problem[] =>
  balance.method === 'ip_hash' && replicas.max > 1
    ? [
        {
          path: ['nginx', 'balance', 'method'],
          message:
            `is ip_hash, which counts through the pods of Gunicorn in the order in which DNS has told of them, and each of ${replicas.max} pods of ` +
            'Nginx was told another: a client that reaches another one changes its pod; take sticky, or hash with the key address',
        },
      ]
    : [];
