/** Roles of the database. `postgres.user`, the administrator, makes the others, whose names begin with its own. */

/** Longest name that Postgres keeps whole. Source: PostgreSQL, "Identifiers and Key Words". Bytes. */
const LONGEST = 63;

/** The roles of those that connect to the database, by who they are, and in turn the two logins of `app`. */
export const databaseRoles = (administrator: string) =>
  ({
    /** Owns the database and everything in it: migrations. */
    owner: `${administrator}_owner`,
    /** Rows of all tables: Gunicorn. Nobody logs in as it, but as one of the logins, so that the other can have a new password. */
    app: `${administrator}_app`,
    appLogins: [`${administrator}_app_a`, `${administrator}_app_b`],
    /** Reads everything. */
    backup: `${administrator}_backup`,
    /** Reads statistics, and no table: the exporter. */
    monitor: `${administrator}_monitor`,
  }) as const;

export type RoleName = keyof ReturnType<typeof databaseRoles>;

/** Longest name of an administrator whose roles all have names. */
export const LONGEST_ADMINISTRATOR =
  LONGEST -
  Math.max(
    ...Object.values(databaseRoles(''))
      .flat()
      .map((name) => name.length),
  );
