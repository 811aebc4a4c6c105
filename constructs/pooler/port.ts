/** Where the pooler listens, by the name that probes, Services and policies use. */
export const POOLER_PORT = { name: 'pgbouncer', containerPort: 6432 } as const;
