/** `npm run status`, with a stand-in for kubectl; the real one is in test/cluster. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { status as command } from '../../../cli/status/status';
import { ROOT } from '../../support/stack';
import { answers, having, here, json, row, status } from './asked';
import { well } from './cluster';
import { claim, container, cronJob, event, homeless, job, pod, terminated, waiting, workload } from './objects';

test('all that is well is on one screen, and ends with 0', async () => {
  const { code, said } = await status();
  expect(said).toMatch(/^shop-prod: all is well$/m);
  expect(said).toMatch(/^ {2}release +14, deployed, begun 2026-11-24 03:12Z by ada@laptop$/m);
  expect(said).toMatch(/^ {2}site +\/readyz answers 200: ok$/m);
  expect(said).toMatch(/^ {2}certificate +shop-tls: 36[45] days left, until \d{4}-\d\d-\d\d$/m);
  expect(said).toMatch(/^ {2}migration +done 2026-11-24 09:51Z$/m);
  expect(said).toMatch(/^ {2}backup +\d{4}-\d\d-\d\d \d\d:\d\dZ: shop-20261124T030004Z, 27.6 kB, read back$/m);
  expect(said).toMatch(/^ {2}drill .*: shop-20261123T030004Z restored in 3 s and found whole: 12 tables, 1874 rows$/m);
  expect(said).toMatch(/^ {2}nginx {2}2 of 2 ready\n {4}shop-nginx-7c9f8d6b5-aaaaa +Ready +\d+\w +node-a$/m);
  expect(said).not.toContain('!');
  expect(said).not.toContain('\u001b');
  expect(code).toBe(0);
});

test('a pod that is not ready is said with its cause and the mend, and ends with 1', async () => {
  having(pod({ containers: [container('gunicorn', waiting('ImagePullBackOff', 'not found'))] }));
  const { code, said } = await status();
  expect(code).toBe(1);
  expect(said).toMatch(/^shop-prod: 2 things are not well$/m);
  expect(said).toMatch(
    /^! gunicorn {2}0 of 1 ready\n {2}! shop-gunicorn-6d5f7c9b8-x2v4q +ImagePullBackOff .*\n {4}the image \S+ cannot be pulled: not found\n {4}mend: push it/m,
  );
  expect(said).toMatch(/^! site +no pod of gunicorn is ready to be asked$/m);
});

test('a trouble of several is said once, with those of the component by their number, and others by their names', async () => {
  const unpulled = waiting('ImagePullBackOff', 'not found');
  const gunicorn = (name: string) => pod({ name, containers: [container('gunicorn', unpulled)] });
  const migrate = pod({
    component: 'migrate',
    name: 'shop-migrate-5b1c09fe-abcde',
    job: 'shop-migrate-5b1c09fe',
    containers: [container('migrate', unpulled)],
  });
  const said = async (...objects: Parameters<typeof having>) => {
    having(job('migrate', 'running'), ...objects);
    return / {4}(.*): the image \S+ cannot be pulled/.exec((await status()).said)?.[1];
  };
  expect(await said(gunicorn('shop-gunicorn-6d5f7c9b8-x2v4q'), migrate)).toBe('it and Pod shop-migrate-5b1c09fe-abcde');
  expect(await said(gunicorn('shop-gunicorn-6d5f7c9b8-x2v4q'), gunicorn('shop-gunicorn-6d5f7c9b8-k9p2m'), migrate)).toBe(
    '2 of them and Pod shop-migrate-5b1c09fe-abcde',
  );
  expect(await said(gunicorn('shop-gunicorn-6d5f7c9b8-x2v4q'), gunicorn('shop-gunicorn-6d5f7c9b8-k9p2m'))).toBe('2 of them');
});

test('pods that are missing are not well, even without a cause; one that goes is not counted', async () => {
  having(workload('nginx', 3));
  expect((await json()).components.find(({ name }) => name === 'nginx')).toMatchObject({ wanted: 3, ready: 2, well: false });
  having(
    pod({
      component: 'nginx',
      name: 'shop-nginx-old',
      deleted: '2026-11-24T09:59:50Z',
      containers: [container('nginx', { ready: false })],
    }),
  );
  const { well: all, components } = await json();
  expect(all).toBe(true);
  expect(components.find(({ name }) => name === 'nginx')?.pods.map(({ state }) => state)).toContain('Terminating');
});

describe('the release', () => {
  test.each([
    [
      { status: 'failed', reason: 'the Job shop-migrate has failed\nmore' },
      /^14, failed, .* by ada@laptop: the Job shop-migrate has failed$/,
      false,
    ],
    [{ status: 'started' }, /^14, started, /, false],
    [{ of: 12 }, /^14, deployed, as 12, /, true],
  ])('%j', async (changes, says, good) => {
    answers.release(changes);
    expect(await row('release')).toMatchObject({ says: expect.stringMatching(says) as string, well: good });
  });

  test('that nobody remembers was made by other means', async () => {
    answers.give('releases.json', '{"items": []}');
    expect(await row('release')).toMatchObject({ well: true, says: expect.stringContaining('kubectl or Argo CD') as string });
  });

  test('of another image than the file names is told', async () => {
    expect((await row('image'))?.says).toBe(
      'registry.example.com/team/shop:1.4.1; environments/prod.yaml names registry.example.com/team/shop:1.0.0',
    );
    here.project({ image: 'registry.example.com/team/shop:1.4.1' });
    expect((await row('image'))?.says).toBe('registry.example.com/team/shop:1.4.1');
  });
});

describe('the site', () => {
  test.each([
    ['503 The database does not answer.\n', '/readyz answers 503: The database does not answer.', false],
    ['500 \n', '/readyz answers 500', false],
    ['404 \n', 'the project has no /readyz', null],
  ])('%j', async (answer, says, good) => {
    answers.give('readyz', answer);
    expect(await row('site')).toMatchObject({ says, well: good });
  });

  test('is asked inside a pod that is ready, for a host that Django allows', async () => {
    here.project({ django: { hosts: ['.example.org'] } });
    await status();
    expect(answers.calls.filter((call) => call.startsWith('exec'))).toHaveLength(1);
    expect(answers.calls.join('\n')).toMatch(
      /^exec shop-gunicorn-6d5f7c9b8-x2v4q --container gunicorn -- python3 -c [^]* 8000 example\.org \/readyz$/m,
    );
  });
});

describe('the certificate', () => {
  test('that has little time left, or is none', async () => {
    jest.useFakeTimers({ now: Date.now() + 355 * 86_400_000, doNotFake: ['setTimeout', 'setInterval', 'setImmediate', 'nextTick'] });
    expect(await row('certificate')).toMatchObject({ says: expect.stringMatching(/^shop-tls: (9|10) days left/) as string, well: false });
    jest.setSystemTime(Date.now() + 20 * 86_400_000);
    expect((await row('certificate'))?.says).toMatch(/^shop-tls: has ended/);
    jest.useRealTimers();
    answers.give('certificate', '');
    expect(await row('certificate')).toMatchObject({ says: 'shop-tls has no certificate in tls.crt', well: false });
  });

  test('is all that is asked of any Secret', async () => {
    await status();
    const secrets = answers.calls.filter((call) => call.split(' -- ')[0]?.includes('secret'));
    expect(secrets).toEqual(['get secret shop-tls --output jsonpath={.data.tls\\.crt}']);
  });
});

describe('backups', () => {
  const failed = (message?: string) => [
    job('backup', 'Failed', { name: 'shop-backup-30', created: '2026-11-24T09:58:00Z', message: 'BackoffLimitExceeded' }),
    pod({
      component: 'backup',
      name: 'shop-backup-30-x',
      job: 'shop-backup-30',
      phase: 'Failed',
      containers: [container('backup', { ready: false, state: terminated(1, { message }) })],
    }),
  ];

  test('the last of which failed are told with the reason that it left, and the last that succeeded', async () => {
    having(...failed('waiting\n{"event":"backup_failed","reason":"waited 300 s for the database server"}\n'));
    const found = await row('backup');
    expect(found).toMatchObject({ well: false, mend: 'docs/runbook.md#a-backup-or-a-drill-failed' });
    expect(found?.says).toMatch(/^failed 2026-11-24 09:58Z: waited 300 s for the database server; the last that succeeded: \d{4}/);
    having(...failed());
    expect((await row('backup'))?.says).toContain('BackoffLimitExceeded');
    expect((await status()).said).toMatch(/^ +mend: docs\/runbook\.md#/m);
  });

  test('that are suspended, or late', async () => {
    having(cronJob('backup', {}, { suspend: true }));
    expect(await row('backup')).toMatchObject({ well: false, says: expect.stringMatching(/; suspended$/) as string });
    answers.objects([
      ...well().filter(({ metadata }) => !metadata.name.startsWith('shop-backup')),
      cronJob('backup', { lastSuccessfulTime: '2026-11-20T03:00:10Z' }),
    ]);
    expect(await row('backup')).toMatchObject({
      well: false,
      says: expect.stringMatching(/^2026-11-20 03:00Z; one was due \d{4}-\d\d-\d\d 03:00Z$/) as string,
    });
  });

  test('of a release that is younger than its schedule are none, and well', async () => {
    const { metadata, ...young } = cronJob('backup');
    const made = { ...young, metadata: { ...metadata, creationTimestamp: new Date().toISOString() } };
    answers.objects([...well().filter((one) => !one.metadata.name.startsWith('shop-backup')), made]);
    expect(await row('backup')).toMatchObject({ well: true, says: 'none yet, by its schedule 0 3 * * *' });
  });

  test('that run now are told beside the last', async () => {
    having(job('backup', 'running', { name: 'shop-backup-31', created: '2026-11-24T09:59:00Z' }));
    expect(await row('backup')).toMatchObject({ well: true, says: expect.stringMatching(/read back; one runs now$/) as string });
  });
});

test('what somebody may not see is not known, and no reason for 1', async () => {
  for (const name of ['releases.json', 'readyz', 'certificate']) answers.forbid(name);
  const { code, said } = await status();
  expect(said.match(/not known: ada may not list pods/g)).toHaveLength(3);
  expect(code).toBe(0);
});

test('a namespace without anything says how it is made', async () => {
  answers.objects([]);
  expect(await status()).toEqual({ code: 1, said: 'shop-prod has nothing of it: npm run release prod' });
});

test('whom the cluster refuses learns what they may not do', async () => {
  answers.forbid('objects.json');
  await expect(command('prod', {}, here.root)).rejects.toThrow(/^ada may not list pods in the namespace "shop-prod" \(Forbidden\): /);
});

test('a Job that cannot begin stands beside the components', async () => {
  const one = homeless('pod has unbound immediate PersistentVolumeClaims', {
    component: 'drill',
    name: 'shop-drill-30-x',
    job: 'shop-drill-30',
    volumes: [{ name: 'scratch', ephemeral: {} }],
  });
  const unbound = claim('shop-drill-30-x-scratch', 'Pending');
  having(
    job('drill', 'running', { name: 'shop-drill-30', created: '2026-11-24T09:59:00Z' }),
    one,
    unbound,
    event(unbound, 'ProvisioningFailed', 'storageclass "fast" not found'),
  );
  expect((await status()).said).toMatch(
    /^! drill {2}0 of 1 ready\n {2}! shop-drill-30-x +Pending .*\n {4}the claim shop-drill-30-x-scratch gets no volume: storageclass "fast" not found$/m,
  );
});

test('the last word of a container that crashes is asked for, where its log is', async () => {
  having(pod({ containers: [container('gunicorn', { ...waiting('CrashLoopBackOff'), lastState: terminated(3) })] }));
  answers.give(
    'logs.shop-gunicorn-6d5f7c9b8-x2v4q',
    "Traceback\nModuleNotFoundError: No module named 'shop'\n[ERROR] Worker failed to boot.\n",
  );
  expect((await json()).diagnoses[0]?.says).toBe("gunicorn ended with 3: ModuleNotFoundError: No module named 'shop'");
  having(pod({ containers: [container('gunicorn', { ready: false, lastState: terminated(3) })] }));
  await status();
  expect(answers.calls.filter((call) => call.startsWith('logs shop-gunicorn')).map((call) => call.includes('--previous'))).toEqual([
    false,
    true,
  ]);
});

test('--watch in a pipe prints another block only when something has changed', async () => {
  const child = spawn(join(ROOT, 'node_modules/.bin/tsx'), [join(ROOT, 'cli/main.ts'), 'status', 'prod', '--watch'], {
    cwd: here.root,
    env: { ...process.env, ...answers.env },
  });
  let said = '';
  const over = new Promise((resolve) => child.on('close', resolve));
  child.stdout.on('data', (data: Buffer) => (said += data.toString()));
  const looks = () => answers.calls.filter((call) => call.startsWith('get pods,')).length;
  const until = async (holds: () => boolean) => {
    while (!holds() && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 50));
  };
  await until(() => looks() >= 3);
  expect(said.match(/all is well/g)).toHaveLength(1);
  having(pod({ containers: [container('gunicorn', waiting('ImagePullBackOff', 'not found'))] }));
  await until(() => said.includes('cannot be pulled'));
  expect(said).not.toContain('\u001b');
  child.kill('SIGINT');
  await over;
  expect(said.match(/shop-prod: /g)).toHaveLength(2);
});
