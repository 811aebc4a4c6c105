/** Pages that Nginx itself answers with, in nginx.conf and in the pod. */
import { container, volume } from '../../support/pods';
import { render } from '../../support/stack';
import { block, confText, http, server, values, type Directive } from '../nginx-tree';

const FILE = 'README.md';
const ALL = {
  nginx: {
    static: { directory: 'test' },
    limits: { requests: { rate: '10/s' } },
    errorPages: { '404': FILE, '413': FILE, '429': FILE, '50x': FILE },
  },
};
const site = (changes: object = {}) => server(http(render(changes)), '8443 ssl');
const location = (changes: object, ...args: string[]) => block(site(changes), 'location', ...args);
const closed = (maintenance: object, more: object = {}) => ({ nginx: { ...more, maintenance } });
const names = (body: readonly Directive[]) => body.map(({ name }) => name);

describe('error pages', () => {
  test('leave nothing behind when none is named', () => {
    expect(confText(render())).not.toMatch(/error_page|@pages|maintenance|geo/);
    expect(
      render()
        .names('ConfigMap')
        .filter((name) => name.includes('pages')),
    ).toEqual([]);
  });

  test('hold for the whole site but 404, of which Django has its own', () => {
    const pages = ['413 /@pages/413.html', '429 /@pages/429.html', '502 503 504 /@pages/50x.html'];
    expect(values(site(ALL), 'error_page')).toEqual(pages);
    expect(values(location(ALL, '/static/'), 'error_page')).toEqual(['404 /@pages/404.html', '413 /@pages/413.html']);
    expect(values(location(ALL, '/'), 'error_page')).toEqual([]);
  });

  test('never stand in for an error of Django', () => {
    expect(confText(render(ALL))).not.toContain('proxy_intercept_errors');
  });

  test('cannot be asked for, are not kept by browsers, and say their type', () => {
    const pages = location(ALL, '/@pages/');
    expect(names(pages)).toContain('internal');
    expect(values(pages, 'alias')).toEqual(['/srv/pages/']);
    expect(values(pages, 'add_header')).toEqual(
      expect.arrayContaining(['Cache-Control no-store always', 'Retry-After $retry_after always']),
    );
    expect(values(pages, 'charset')).toEqual(['utf-8']);
  });

  test('travel in a ConfigMap whose name follows them, and of which the pod sees its files', () => {
    const mounted = (text: string) => render(ALL, undefined, { '404.html': text });
    const deployment = mounted('<h1>x</h1>').find('Deployment', 'shop-nginx');
    const name = volume(deployment, 'pages').configMap?.name;
    expect(mounted('<h1>x</h1>').names('ConfigMap')).toContain(name);
    expect(mounted('<h1>y</h1>').names('ConfigMap')).not.toContain(name);
    expect(container(deployment, 'nginx').volumeMounts).toContainEqual({ name: 'pages', mountPath: '/srv/pages', readOnly: true });
  });
});

describe('maintenance', () => {
  test('closes every location that leads to Django, and no file', () => {
    const changes = closed({}, { static: { directory: 'test' }, locations: [{ path: '/api/' }, { path: '/healthz', match: 'exact' }] });
    for (const args of [['/'], ['/api/'], ['=', '/healthz']]) expect(values(location(changes, ...args), 'return')).toEqual(['503']);
    expect(values(location(changes, '/static/'), 'return')).toEqual([]);
    expect(values(block(server(http(render(changes)), '8081'), 'location', '=', '/healthz'), 'return')).toEqual(['200']);
  });

  test('answers 503 with the time to come again, with a page or without', () => {
    for (const page of [undefined, FILE]) {
      const maintenance = location(closed({ page }), '=', '/@pages/maintenance.html');
      expect(values(maintenance, 'add_header')).toEqual(
        expect.arrayContaining(['Retry-After 300 always', 'Cache-Control no-store always']),
      );
      expect(names(maintenance)).toContain(page === undefined ? 'return' : 'alias');
    }
    expect(values(site(closed({})), 'error_page')).toEqual(['503 /@pages/maintenance.html']);
  });

  test('leaves the page of other errors to those', () => {
    expect(values(site(closed({}, { errorPages: { '50x': FILE } })), 'error_page')).toEqual([
      '502 504 /@pages/50x.html',
      '503 /@pages/maintenance.html',
    ]);
  });

  test('lets the addresses through that the file names, of either kind', () => {
    const changes = closed({ allow: ['203.0.113.0/24', '2001:db8::/32'] }, { service: { type: 'LoadBalancer' } });
    const rules = block(http(render(changes)), 'geo', '$closed');
    expect(rules.map(({ name, args }) => [name, ...args])).toEqual([
      ['default', '1'],
      ['203.0.113.0/24', '0'],
      ['2001:db8::/32', '0'],
    ]);
    expect(values(block(location(changes, '/'), 'if', '($closed)'), 'return')).toEqual(['503']);
    expect(values(location(changes, '/'), 'return')).toEqual([]);
  });
});
