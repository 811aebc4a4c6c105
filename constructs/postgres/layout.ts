/** Where the official image keeps its data, which moved with 18. Source: docker-library/postgres, "PGDATA". */
export interface Layout {
  /** Where the volume is mounted. */
  readonly mountPath: string;
  /** `PGDATA`, below it: the root of a volume may hold `lost+found`. */
  readonly pgdata: string;
  /** `POSTGRES_INITDB_ARGS`; 18 has checksums by itself.
   * @default - none */
  readonly initdbArgs?: string;
}

export function layout(major: number): Layout {
  if (major >= 18) return { mountPath: '/var/lib/postgresql', pgdata: `/var/lib/postgresql/${major}/docker` };
  return { mountPath: '/var/lib/postgresql/data', pgdata: '/var/lib/postgresql/data/pgdata', initdbArgs: '--data-checksums' };
}
