/** What people did with docker-compose day by day, as the page says. */
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { kubectlMeanwhile, until } from './support/kubectl';
import { block } from './support/page';
import { Release } from './support/release';
import { serving, visit } from './support/visitor';

const release = Release.shared();
const page = (text: string) => block('how-to/daily.md', text);
/** The line of a block of the page that begins so, without its comment. */
const command = (text: string) =>
  page(text)
    .split('\n')
    .find((one) => one.includes(text))
    ?.replace(/ +#.*/, '') ?? '';
const follow = (text: string, more = '') => release.follow(`${command(text)}${more}`);
const failure = (commands: string) => release.follow(commands).then(String, (error: unknown) => (error as Error).message);
const lines = (output: string) => output.split('\n').filter((one) => one !== '' && !one.startsWith('>'));

beforeAll(() => serving(release));

test('one request is found in both tiers by its id, and in no other line', async () => {
  expect(visit(release, '/nothing-for-daily/').status).toBe(404);
  // Of pods that are going, too: one may have answered.
  const log = (component: string) =>
    release.kubectl('logs', '--selector', `app.kubernetes.io/component=${component}`, '-c', component, '--since=60s', '--tail=-1');
  const written = await until('both tiers to have written of it', () => {
    const id = /"id":"(\w+)"[^\n]*nothing-for-daily/.exec(log('nginx'))?.[1];
    return log('gunicorn').includes('nothing-for-daily') && id;
  });
  const said = lines(await follow('--request')); // of no such request
  expect(said).toEqual([]);
  const found = lines(await release.follow(command('--request').replace(/--request \w+/, `--request ${written}`)));
  expect(found).toHaveLength(2);
  expect(found.join('\n')).toMatch(/-nginx-\S+ +\| \{.*nothing-for-daily/);
  expect(found.join('\n')).toMatch(/-gunicorn-\S+ +\| .* WARNING \w+ django.request: Not Found: \/nothing-for-daily\//);
  expect(found.join('\n')).not.toContain('\x1b');
});

test('a component is heard alone, and there must be such a one', async () => {
  const all = lines(await release.follow(command('npm run logs prod nginx')));
  expect(all.every((one) => one.startsWith(`${release.release}-nginx-`))).toBe(true);
  expect(await failure('npm run logs prod wsgi')).toContain('there is no component "wsgi"');
});

test('commands run in a pod, and end as they did', async () => {
  expect(await follow('npm run exec prod -- python3')).toMatch(/^Python 3/m);
  expect(await release.follow(`${command('npm run exec prod nginx')} 2>&1`)).toContain('nginx version');
  expect(await release.follow(`echo in | npm run exec prod -- cat`)).toMatch(/^in$/m);
  expect(await release.follow('npm run exec prod -- sh -c "exit 7" || echo "ended with $?"')).toContain('ended with 7');
  expect(await failure('npm run exec prod -- no-such-program')).toContain('no-such-program');
  expect(await failure('npm run exec prod drill -- ls')).toContain('no pod of drill is ready');
});

test('the shell has the project and its secrets', async () => {
  expect(lines(await follow("npm run shell prod -- -c 'print(1)'")).at(-1)).toBe('1');
  expect(await release.follow(`npm run shell prod -- -c 'raise SystemExit(3)' || echo "ended with $?"`)).toContain('ended with 3');
  expect(await failure("npm run shell prod -- -c 'nothing'")).toContain('NameError');
});

test('psql reads and writes rows, and changes tables only as who may', async () => {
  expect(await follow('npm run psql prod -- -c')).toMatch(/^ +\d+$/m);
  const table = `-c 'create table daily (id int)' -c 'drop table daily'`;
  expect(await failure(`npm run psql prod -- -v ON_ERROR_STOP=1 ${table}`)).toContain('permission denied for schema public');
  expect(await release.follow(`npm run psql prod -- --role owner ${table}`)).toContain('DROP TABLE');
  expect(await failure(`npm run psql prod -- --role backup -c 'delete from django_session'`)).toContain('permission denied for table');
  expect(await release.follow(`npm run psql prod -- --role administrator -Atc 'select current_user'`)).toContain(release.release);
  expect(await release.follow(`echo 'select 40 + 2;' | npm run psql prod -- -At`)).toMatch(/^42$/m);
});

test('a superuser is made without a terminal, once, and with a password', async () => {
  const make = page('npm run createsuperuser prod -- --username').replace('"$PASSWORD"', 'of-the-daily-suite');
  release.python("from django.contrib.auth.models import User; User.objects.filter(username='ada').delete()");
  expect(await release.follow(make)).toContain('Superuser created successfully');
  const check = "from django.contrib.auth.models import User; print(User.objects.get(username='ada').check_password('of-the-daily-suite'))";
  expect(release.python(check)).toBe('True');
  expect(await failure(make)).toContain('already taken');
  expect(await failure('npm run createsuperuser prod -- --username eve </dev/null')).toContain('there is no terminal');
  expect(await failure('echo secret | npm run createsuperuser prod')).toContain('--username');
});

describe('makemigrations', () => {
  const source = release.path('source');
  const made = () => readdirSync(join(source, 'guestbook/migrations')).filter((name) => name.startsWith('0002'));
  const models = join(source, 'guestbook/models.py');
  const make = (words = '') => release.follow(`npm run makemigrations prod -- --source source guestbook ${words}`);
  beforeAll(() => {
    cpSync(join(__dirname, '../../example/django_app'), source, { recursive: true, filter: (path) => !path.endsWith('.sqlite3') });
  });

  test('brings back what the models of the working tree need, and nothing else', async () => {
    expect(await make()).toContain('No changes detected');
    writeFileSync(
      models,
      readFileSync(models, 'utf8').replace(/^( +)(text = )/m, '$1mood = models.CharField(max_length=10, default="")\n$1$2'),
    );
    expect(await make('--name mood')).toMatch(/new: source\/guestbook\/migrations\/0002_mood.py/);
    expect(readFileSync(join(source, 'guestbook/migrations/0002_mood.py'), 'utf8')).toContain("name='mood'");
    expect(made()).toEqual(['0002_mood.py']);
    expect(release.kubectl('exec', `deployment/${release.release}-gunicorn`, '-c', 'gunicorn', '--', 'ls', '/tmp')).not.toContain(
      'makemigrations',
    );
    rmSync(join(source, 'guestbook/migrations/0002_mood.py'));
  });

  test('writes nothing where the sources are wrong, or nowhere', async () => {
    writeFileSync(models, `${readFileSync(models, 'utf8')}\nimport no_such_package\n`);
    expect(await make().then(String, (error: unknown) => (error as Error).message)).toContain('no_such_package');
    expect(made()).toEqual([]);
    expect(await failure('npm run makemigrations prod -- --source nowhere')).toContain('--source must be a folder');
    expect(existsSync(release.path('nowhere'))).toBe(false);
  });
});

test('the migration of the release runs again, and shows what it says', async () => {
  expect(await follow('npm run migrate prod')).toContain('nothing to migrate');
  await kubectlMeanwhile(['--namespace', release.namespace, 'get', 'lease', `${release.release}-release`]).then(
    () => expect('the lock').toBe('given back'),
    (error: unknown) => expect((error as Error).message).toContain('NotFound'),
  );
});

test('a backup says what it is, and comes as a file of plain SQL that overwrites nothing', async () => {
  expect(await follow('npm run backup prod -- --to')).toMatch(
    /^\w+-\d{8}T\d{6}Z is there and has been read back: [\d.]+ KiB$[^]*is that backup as plain SQL/m,
  );
  const file = `${release.release}.sql`; // as the page names it
  expect(readFileSync(release.path(file), 'utf8')).toMatch(/COPY public.django_migrations[^]*-- PostgreSQL database dump complete/);
  expect(existsSync(release.path(`${file}.part`))).toBe(false);
  expect(await failure('npm run backup prod -- --to shop.sql')).toContain('is not written over');
  expect(release.list('pods').filter(({ kind, metadata }) => kind === 'Pod' && /-backup-\d+t\d+$/.test(metadata.name))).toEqual([]);
});

test('what goes down leaves data and Secrets, and comes up with them', async () => {
  const before = release.sql('select count(*) from django_migrations');
  expect(await failure('npm run down prod -- --volumes')).toContain(`--yes ${release.namespace}`);
  expect(release.ready('gunicorn')).not.toEqual([]);
  expect(await release.follow(command('npm run down dev').replace('dev', 'prod'))).toContain('What stays:');
  for (const component of ['gunicorn', 'nginx', 'postgres']) expect(release.pods(component)).toEqual([]);
  expect(release.list('persistentvolumeclaims').length).toBeGreaterThan(1);
  expect(release.list('secrets').length).toBeGreaterThan(3);
  await serving(release);
  expect(release.sql('select count(*) from django_migrations')).toBe(before);
});
