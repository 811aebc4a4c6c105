/** How many connections Nginx takes, and what it says of that. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import net from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { Front } from './support/front';
import { until } from './support/until';

let front: Front;

const small = { resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '96Mi' } } };
const SMALL = 512;

const read = (path: string) => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};

/** Processes of nginx that serve; this network has a process space of its own. */
const workers = () =>
  readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && read(`/proc/${pid}/cmdline`).startsWith('nginx: worker process'));

const mayOpen = (pid: string) => Number(/^Max open files +(\d+)/m.exec(read(`/proc/${pid}/limits`))?.[1]);

/** Files that this process may open, and so those that it starts: as little as the nodes of some clusters give. */
const limit = (soft: number) => execFileSync('prlimit', ['--pid', `${process.pid}`, `--nofile=${soft}:`]);

async function open(count: number): Promise<net.Socket[]> {
  const { ports } = front.site;
  const sockets = Array.from({ length: count }, () => net.connect(ports.http, '127.0.0.1').on('error', () => undefined));
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  return sockets;
}

describe('connections', () => {
  test('are as many as fit into the memory: above that the oldest idle ones give way', async () => {
    front = await Front.start({ nginx: small });
    const sockets = await open(SMALL + 60);
    let closed = 0;
    for (const socket of sockets) socket.on('close', () => (closed += 1)).resume();
    await until('the oldest to be closed', () => closed >= 60);
    expect(await front.errors()).toContain(`${SMALL} worker_connections are not enough`);
    expect(closed).toBeLessThan(SMALL);
    expect((await front.get('/')).status).toBe(200);
    for (const socket of sockets) socket.destroy();
  });

  test('below that none is closed, and nothing is said', async () => {
    front = await Front.start({ nginx: small });
    const sockets = await open(SMALL / 2);
    await pause(300);
    expect(sockets.filter((socket) => socket.closed)).toEqual([]);
    expect(await front.errors()).toBe('');
    for (const socket of sockets) socket.destroy();
  });
});

describe('where a process may open 1,024 files', () => {
  beforeAll(() => {
    limit(1024);
  });
  afterAll(() => {
    limit(16_384);
  });

  test('nginx says nothing, as it asks for as many as it may need', async () => {
    front = await Front.start();
    expect(await front.errors()).toBe('');
    expect(workers().map(mayOpen)).toEqual([2 * 3072]);
  });

  test('it would say so otherwise', async () => {
    front = await Front.start({}, { edit: (conf) => conf.replace(/^worker_rlimit_nofile.*$/m, '') });
    expect(await front.errors()).toContain('3072 worker_connections exceed open file resource limit: 1024');
  });
});

test('there are as many processes as CPUs', async () => {
  front = await Front.start({ nginx: { resources: { limits: { cpu: '2500m' } } } });
  await until('the last process to have started', () => workers().length >= 3);
  await pause(300);
  expect(workers()).toHaveLength(3);
});
