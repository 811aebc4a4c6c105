/** Causes of pods that have begun, and of those that nobody makes. */
import { container, event, job, pod, terminated, waiting, workload } from './objects';
import { found, the, gated, answering, GATE } from './told';

describe('migrations', () => {
  const waits = { [GATE]: 'not yet, after 30 s: 1 unapplied: guestbook.0002_boom' };

  test('that run are waited for', () => {
    const [one] = found([gated(), job('migrate', 'running')], waits);
    expect(one).toMatchObject({ cause: 'migration-pending', waits: true, says: expect.stringContaining('1 unapplied') as string });
  });

  test('that nobody runs', () => {
    expect(the([gated()], waits)).toBe(`migration-missing: nobody applies the migrations of its image: ${waits[GATE]}`);
  });

  test('that the newest Job has not applied, which was done before the pod came', () => {
    const done = (created: string) => the([gated(undefined, created), job('migrate', 'Complete')], waits);
    expect(done('2026-11-24T09:52:00Z')).toMatch(/^migration-missing: /);
    expect(done('2026-11-24T09:50:30Z')).toMatch(/^migration-pending: /);
    expect(the([gated(undefined, '2026-11-24T09:52:00Z'), job('migrate', 'Complete')], {})).toMatch(/^migration-pending: /);
  });

  test('that have failed are told once, for the Job and all who wait, with its last word', () => {
    const failed = pod({
      name: 'shop-migrate-5b1c09fe-abcde',
      component: 'migrate',
      job: 'shop-migrate-5b1c09fe',
      phase: 'Failed',
      init: [container('backup', { ready: true, state: terminated(0) })],
      containers: [container('migrate', { ready: false, state: terminated(1) })],
    });
    const objects = [gated(), job('migrate', 'Failed', { message: 'Job has reached the specified backoff limit' }), failed];
    const lines = { ...waits, 'shop-migrate-5b1c09fe-abcde/migrate': 'migration guestbook.0002_boom failed: division by zero' };
    const all = found(objects, lines);
    expect(all).toHaveLength(1);
    expect(all[0]).toMatchObject({
      cause: 'migration-failed',
      objects: ['Pod shop-gunicorn-6d5f7c9b8-x2v4q', 'Job shop-migrate-5b1c09fe'],
      says: 'the migration has failed: migration guestbook.0002_boom failed: division by zero',
    });
    expect(the(objects.slice(0, 2))).toBe('migration-failed: the migration has failed: Job has reached the specified backoff limit');
  });

  test('of which a try has failed are waited for, with its last word', () => {
    const failed = pod({
      name: 'shop-migrate-5b1c09fe-a',
      component: 'migrate',
      job: 'shop-migrate-5b1c09fe',
      phase: 'Failed',
      containers: [container('migrate', { ready: false, state: terminated(1) })],
    });
    const [one] = found([gated(), job('migrate', 'running'), failed], { ...waits, 'shop-migrate-5b1c09fe-a/migrate': 'no database' });
    expect(one).toMatchObject({
      cause: 'migration-retrying',
      waits: true,
      says: 'a try of the migration has failed, and another comes: no database',
    });
  });

  test('of an earlier release that have failed are past', () => {
    expect(found([job('migrate', 'Failed', { name: 'old', created: '2026-11-24T01:00:00Z' }), job('migrate', 'Complete')])).toEqual([]);
  });

  test('are not what keeps a pod that waits for another reason', () => {
    const models = gated([container('migrated', { ...waiting('CrashLoopBackOff'), lastState: terminated(1) })]);
    expect(the([models, job('migrate', 'Complete')], { [GATE]: 'model changes without a migration file' })).toBe(
      'crash: migrated ended with 1: model changes without a migration file',
    );
  });
});

describe('a container', () => {
  test('that refuses the host of the probe', () => {
    for (const probe of ['Startup', 'Readiness'])
      expect(the(answering(`${probe} probe failed: HTTP probe failed with statuscode: 400`, probe !== 'Startup'))).toMatch(
        /^disallowed-host: /,
      );
  });

  test('that does not answer yet is waited for, and one that answers wrongly or no longer is not', () => {
    const refusal = 'dial tcp 10.244.0.17:8000: connect: connection refused';
    const [early] = found(answering(`Startup probe failed: ${refusal}`, false));
    expect(early).toMatchObject({ cause: 'starting', waits: true, says: `gunicorn does not answer yet: startup probe, ${refusal}` });
    expect(the(answering('Startup probe failed: ', false))).toBe('starting: gunicorn does not answer yet: startup probe');
    expect(the(answering('Startup probe failed: HTTP probe failed with statuscode: 404', false))).toMatch(/^probe-failing: .*404$/);
    expect(the(answering(`Readiness probe failed: ${refusal}`))).toMatch(/^probe-failing: /);
  });

  test('that was ended because it did not answer', () => {
    const one = pod({ containers: [container('gunicorn', { ...waiting('CrashLoopBackOff'), lastState: terminated(137) })] });
    const killed = event(one, 'Killing', 'Container gunicorn failed liveness probe, will be restarted', { type: 'Normal' });
    expect(the([one, event(one, 'Unhealthy', 'Liveness probe failed: timeout'), killed])).toMatch(/^probe-failing: gunicorn .*timeout$/);
  });

  test('that ends again and again, with its last word, or without', () => {
    const one = pod({ containers: [container('gunicorn', { ...waiting('CrashLoopBackOff'), lastState: terminated(3) })] });
    const objects = [
      one,
      event(one, 'Unhealthy', 'Startup probe failed: connection refused'),
      event(one, 'BackOff', 'Back-off restarting'),
    ];
    const line = "ModuleNotFoundError: No module named 'shop'";
    expect(the(objects, { 'shop-gunicorn-6d5f7c9b8-x2v4q/gunicorn': line })).toBe(`crash: gunicorn ended with 3: ${line}`);
    expect(the(objects)).toBe('crash: gunicorn ended with 3: Error');
    const again = pod({ containers: [container('gunicorn', { ready: false, started: false, lastState: terminated(3) })] });
    expect(the([again, ...objects.slice(1)])).toMatch(/^crash: /);
  });

  test('that finds no DNS of that name', () => {
    const one = pod({ containers: [container('nginx', { ...waiting('CrashLoopBackOff'), lastState: terminated(1) })] });
    const line = 'nginx: [emerg] host not found in resolver "kube-dns.kube-system.svc.cluster.local" in /etc/nginx/conf.d/nginx.conf:20';
    const [told] = found([one], { 'shop-gunicorn-6d5f7c9b8-x2v4q/nginx': line });
    expect(told).toMatchObject({
      cause: 'dns-missing',
      says: "nginx finds no DNS of the cluster's by the name kube-dns.kube-system.svc.cluster.local",
      mend: expect.stringContaining('cluster.dns in environments/prod.yaml') as string,
    });
    expect(the([one], { 'shop-gunicorn-6d5f7c9b8-x2v4q/nginx': 'nginx: [emerg] host not found in upstream "x"' })).toMatch(/^crash: /);
  });

  test('that needed more memory, even if it serves again', () => {
    const oom = terminated(137, { reason: 'OOMKilled' });
    for (const changes of [{ lastState: oom }, { ...waiting('CrashLoopBackOff'), lastState: oom }, { ready: false, state: oom }])
      expect(the([pod({ containers: [container('gunicorn', changes)] })])).toBe(
        'out-of-memory: gunicorn needed more memory than it may have',
      );
  });
});

describe('no pod is made', () => {
  const refusal =
    'pods "shop-gunicorn-1" is forbidden: exceeded quota: small, requested: limits.memory=1Gi, used: limits.memory=0, limited: limits.memory=512Mi';
  const QUOTA = 'quota: the quota small is used up: requested: limits.memory=1Gi, used: limits.memory=0, limited: limits.memory=512Mi';

  test('as the quota is used up: of a Deployment, a StatefulSet and a Job', () => {
    const status = { conditions: [{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: refusal }] };
    expect(the([workload('gunicorn', 1, { status })])).toBe(QUOTA);
    const set = workload('postgres', 1, {}, 'StatefulSet');
    expect(the([set, event(set, 'FailedCreate', `create Pod shop-postgres-0 failed: ${refusal}`)])).toBe(QUOTA);
    const making = job('migrate', 'running');
    expect(the([making, event(making, 'FailedCreate', `Error creating: ${refusal}`)])).toBe(QUOTA);
  });

  test('as somebody else refuses it', () => {
    const status = { conditions: [{ type: 'ReplicaFailure', status: 'True', message: 'pods "x" is forbidden: violates PodSecurity' }] };
    expect(the([workload('gunicorn', 1, { status })])).toBe(
      'refused: the API server takes no pod of it: pods "x" is forbidden: violates PodSecurity',
    );
  });
});
