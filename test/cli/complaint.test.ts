import { complaint, isUnanswered } from '../../cli/complaint';

const LOG = `E1128 07:23:54.891265    9921 memcache.go:265] "Unhandled Error" err="couldn't get current server API group list"`;
const KEEPING = 'does it run, and is it the one you mean? kubectl config get-contexts marks which that is';
const refused = (verb: string, resource: string, group = '') =>
  `Error from server (Forbidden): ${resource} is forbidden: User "ada" cannot ${verb} resource "${resource}" in API group "${group}" in the namespace "shop-prod"`;

test.each([
  [
    'a server that refuses connections',
    ['get', 'pods'],
    `${LOG}\n${LOG}\nThe connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?\n`,
    `no cluster answers at 127.0.0.1:1 (connection refused): ${KEEPING}`,
  ],
  [
    'one that is asked for the schema first',
    ['apply', '--filename', '-'],
    'error: error validating "STDIN": error validating data: failed to download openapi: Get "https://127.0.0.1:1/openapi/v2?timeout=32s": dial ' +
      'tcp 127.0.0.1:1: connect: connection refused; if you choose to ignore these errors, turn validation off with --validate=false',
    `no cluster answers at 127.0.0.1:1 (connection refused): ${KEEPING}`,
  ],
  [
    'a name that leads nowhere',
    ['get', 'pods'],
    'Unable to connect to the server: dial tcp: lookup k8s.example.com on 192.0.2.1:53: no such host',
    `no cluster answers (dial tcp: lookup k8s.example.com on 192.0.2.1:53: no such host): ${KEEPING}`,
  ],
  [
    'a sign-in that has ended',
    ['get', 'secret', 'a', 'b'],
    'error: You must be logged in to the server (Unauthorized)\nerror: You must be logged in to the server (Unauthorized)',
    'the cluster does not know who you are (Unauthorized): sign in to it again, or choose another context; kubectl config get-contexts lists them',
  ],
  [
    'a right that is missing',
    ['create', '--filename', '-'],
    'Error from server (Forbidden): error when creating "STDIN": leases.coordination.k8s.io is forbidden: User "ada" cannot create resource ' +
      '"leases" in API group "coordination.k8s.io" in the namespace "shop-prod"',
    'ada may not create leases in the namespace "shop-prod" (Forbidden): whoever administers the cluster can allow that',
  ],
  [
    'several of them',
    ['get', 'pods,jobs.batch'],
    [refused('list', 'pods'), refused('list', 'jobs', 'batch'), refused('get', 'secrets'), refused('get', 'secrets')].join('\n'),
    'ada may not list pods, jobs, nor get secrets in the namespace "shop-prod" (Forbidden): whoever administers the cluster can allow that',
  ],
  [
    'one that apply misses in lines of its own',
    ['apply', '--filename', '-'],
    'Error from server (Forbidden): error when retrieving current configuration of:\nResource: "/v1, Resource=namespaces"\nName: "shop-prod"\n' +
      'from server for: "STDIN": namespaces "shop-prod" is forbidden: User "ada" cannot get resource "namespaces" in API group "" at the cluster scope',
    'ada may not get namespaces at the cluster scope (Forbidden): whoever administers the cluster can allow that',
  ],
  [
    'a namespace that is not there',
    ['create', '--filename', '-'],
    'Error from server (NotFound): error when creating "STDIN": namespaces "shop-prod" not found',
    'there is no namespace shop-prod (NotFound): has it been applied, in the cluster of this context?',
  ],
  [
    'a CronJob that is not there',
    ['create', 'job', 'now'],
    'Error from server (NotFound): cronjobs.batch "shop-backup" not found',
    'there is no CronJob shop-backup (NotFound): has it been applied, in the cluster of this context?',
  ],
])('%s is told with what mends it', (_, args, errors, expected) => {
  expect(complaint(args, errors)).toBe(expected);
});

test.each([
  ['what is wrong with an object', 'The Service "shop" is invalid: spec.ports: Required value'],
  ['who else forbids', 'Error from server (Forbidden): pods "a" is forbidden: exceeded quota: small'],
  [
    'what a program in a pod says',
    'psql: error: connection to server at "shop-postgres" failed: Connection refused\nUser "ada" cannot connect',
  ],
])('%s is told as it is', (_, errors) => {
  expect(complaint(['exec', 'pod', '--container', 'a'], `${LOG}\n${errors}\n`)).toBe(`kubectl exec pod: ${errors}`);
});

test.each([
  'The connection to the server 192.0.2.1:6443 was refused - did you specify the right host or port?',
  'Unable to connect to the server: dial tcp: lookup k8s.example.com: no such host',
  'Unable to connect to the server: net/http: TLS handshake timeout',
  'error: unexpected EOF',
  'error when creating "STDIN": Post "https://192.0.2.1:6443/apis/batch/v1/namespaces/shop-prod/jobs": EOF',
  'from server for: "STDIN": Get "https://192.0.2.1:6443/api/v1/namespaces/shop-prod": dial tcp 192.0.2.1:6443: connect: connection refused',
  'error: http2: client connection lost',
  'error: stream error: stream ID 3; INTERNAL_ERROR; received from peer',
  'error: read tcp 192.0.2.2:50000->192.0.2.1:6443: read: connection reset by peer',
  'Error from server (ServiceUnavailable): the server is currently unable to handle the request',
  'Error from server: etcdserver: leader changed',
])('nobody answers, or nobody any more: %s', (errors) => {
  expect(isUnanswered(`${LOG}\n${errors}\n`)).toBe(true);
});

test.each([
  'Error from server (NotFound): pods "a" not found',
  'error: timed out waiting for the condition on pods/a',
  'error: deployment "a" exceeded its progress deadline',
  'psql: error: connection to server at "db" failed: unexpected EOF',
])('that is an answer: %s', (errors) => {
  expect(isUnanswered(errors)).toBe(false);
});
