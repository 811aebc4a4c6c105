/** Changes that give the smallest project a database of somebody else's. */
export const EXTERNAL = {
  postgres: {
    storage: null,
    kind: 'external',
    external: { host: 'db.example.com', addresses: ['10.20.0.0/16'], secretName: 'managed' },
    user: 'manager',
  },
  drill: { storage: '5Gi' },
};

/** Changes that give it servers that CloudNativePG runs. */
export const OPERATED = { postgres: { kind: 'cloudnative-pg', storage: '20Gi' } };

/** Changes that have these archive, on top. */
export const ARCHIVED = {
  postgres: { cloudNativePg: { archive: { endpoint: 'https://s3.example.com', bucket: 'archive.example.com' } } },
};
