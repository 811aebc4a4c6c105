/** Where the official image keeps its data, which moved with 18. Source: docker-library/postgres, "PGDATA". */
export interface Layout {
  /** Where the volume is mounted. */
  readonly mountPath: string;
  /** `PGDATA`, below it: the root of a volume may hold `lost+found`. */
  readonly pgdata: string;
  /** What `initdb` is told; 18 makes checksums by itself. */
  readonly initdb: readonly string[];
}

export function layout(major: number): Layout {
  if (major >= 18) return { mountPath: '/var/lib/postgresql', pgdata: `/var/lib/postgresql/${major}/docker`, initdb: [] };
  return { mountPath: '/var/lib/postgresql/data', pgdata: '/var/lib/postgresql/data/pgdata', initdb: ['--data-checksums'] };
}
