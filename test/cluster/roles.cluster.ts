/** Who may do what in the database, and how passwords and keys change while the site serves. */
import { during, PATIENTLY } from './support/kubectl';
import { Release } from './support/release';
import { serving, visit } from './support/visitor';

const release = Release.shared();
const TWO = { gunicorn: { replicas: 2, gracefulTimeout: '5s' } };

beforeAll(async () => {
  await serving(release);
  await release.installed('dev', TWO);
});

/** What the database says to a statement of a web pod. */
function answer(statement: string): string {
  const program = `from django.db import connection; cursor = connection.cursor(); cursor.execute(${JSON.stringify(statement)}); print('done')`;
  try {
    return release.python(program);
  } catch (error) {
    return String(error);
  }
}

describe('a web pod', () => {
  test.each([
    'drop table guestbook_entry',
    'truncate guestbook_entry',
    'alter table guestbook_entry add column mood text',
    'create table mine ()',
  ])('may not %s', (statement) => {
    expect(answer(statement)).toMatch(/InsufficientPrivilege: (?:must be owner of|permission denied for)/);
  });

  test('may read and write rows', () => {
    expect(answer("update guestbook_entry set text = 'changed' where author = 'nobody'")).toBe('done');
  });

  test('is the application, and finds no other password', () => {
    expect(release.python("from django.db import connection; print(connection.settings_dict['USER'])")).toBe(
      release.value('postgres-app', 'POSTGRES_USER'),
    );
    expect(release.python("import os; print(sorted(os.listdir('/run/secrets')))")).toContain("['django', 'postgres', 'postgres-tls']");
  });
});

test('passwords of the database are rotated, and the login of before is closed', async () => {
  const [user, password] = ['POSTGRES_USER', 'POSTGRES_PASSWORD'].map((key) => release.value('postgres-app', key));
  await release.rotate('postgres');
  expect(release.value('postgres-app', 'POSTGRES_USER')).not.toBe(user);
  expect(visit(release, '/').status).toBe(200);
  const connect = (name = '', word = '') => {
    const parts = JSON.stringify({ user: name, password: word, dbname: release.release, host: `${release.release}-postgres` });
    return release.python(`import psycopg\ntry: psycopg.connect(**${parts}); print('in')\nexcept psycopg.Error as error: print(error)`);
  };
  expect(connect(user, password)).toContain('is not permitted to log in');
  expect(connect(release.value('postgres-app', 'POSTGRES_USER'), release.value('postgres-app', 'POSTGRES_PASSWORD'))).toBe('in');
});

test('the password of the administrator is rotated, and the Job that makes roles has the new one', async () => {
  await release.rotate('postgres-admin');
  release.kubectl('delete', 'jobs', '--selector=app.kubernetes.io/component=migrate');
  release.apply('dev', TWO);
  release.kubectl('wait', '--for=condition=complete', 'job', '--selector=app.kubernetes.io/component=migrate', PATIENTLY);
  expect(release.migrationLog()).toContain(`the roles of ${release.release} are as they must be`);
});

/** Logs a visitor in, and returns the cookie. */
const logIn = () =>
  release.python(
    [
      'from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model',
      'from django.contrib.sessions.backends.db import SessionStore',
      "user, _ = get_user_model().objects.get_or_create(username='ada')",
      'session = SessionStore()',
      "session.update({SESSION_KEY: str(user.pk), BACKEND_SESSION_KEY: 'django.contrib.auth.backends.ModelBackend'})",
      'session[HASH_SESSION_KEY] = user.get_session_auth_hash()',
      'session.save()',
      'print(session.session_key)',
    ].join('\n'),
  );

test('DJANGO_SECRET_KEY is rotated while a visitor is logged in, who stays so', async () => {
  let session = logIn();
  const old = release.value('django', 'DJANGO_SECRET_KEY');
  const users = await during(release.rotate('django'), () => {
    const page = visit(release, '/request/', { headers: { Cookie: `sessionid=${session}` } });
    session = /sessionid=(\w+)/.exec(page.headers('set-cookie').join())?.[1] ?? session;
    return page.status === 200 ? (JSON.parse(page.text) as { user: string }).user : `${page.status} ${page.error}`;
  });
  expect([...new Set(users)]).toEqual(['ada']);
  expect(release.python("import os; print(os.environ['DJANGO_SECRET_KEY'])")).not.toBe(old);
  expect(release.python("import os; print(os.environ['DJANGO_SECRET_KEY_FALLBACKS'].split()[0])")).toBe(old);
});
