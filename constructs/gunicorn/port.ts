/** Where Gunicorn listens, by the name that probes, Services and policies use. */
export const PORT = { name: 'http', containerPort: 8000 } as const;
