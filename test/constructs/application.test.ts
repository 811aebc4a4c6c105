import { container, podSpec, variables, volume } from '../support/pods';
import { render } from '../support/stack';

/** Every container that runs the user's image. */
const CONTAINERS = [
  ['Deployment', 'shop-gunicorn', 'gunicorn', 'app'],
  ['Deployment', 'shop-gunicorn', 'migrated', 'app'],
  ['Job', 'shop-migrate', 'pending', 'owner'],
  ['Job', 'shop-migrate', 'migrate', 'owner'],
] as const;

describe.each(CONTAINERS)('%s %s, container %s', (kind, name, containerName, role) => {
  const find = (changes: object = {}) => container(render(changes).find(kind, name), containerName);
  const env = (changes: object = {}) => variables(find(changes));

  test('runs the image of the project', () => {
    expect(find({ image: 'ghcr.io/example/shop:1.4.2' }).image).toBe('ghcr.io/example/shop:1.4.2');
  });

  test('tells Django where its settings are, by default beside wsgi.py', () => {
    expect(env().DJANGO_SETTINGS_MODULE).toBe('main_app.settings');
    expect(env({ django: { project: 'blog' } }).DJANGO_SETTINGS_MODULE).toBe('blog.settings');
    expect(env({ django: { settings: 'main_app.settings.prod' } }).DJANGO_SETTINGS_MODULE).toBe('main_app.settings.prod');
  });

  test('tells the programs of the stack where manage.py is', () => {
    expect(env().DJANGO_DIRECTORY).toBe('.');
    expect(env({ django: { directory: 'django_app' } }).DJANGO_DIRECTORY).toBe('django_app');
  });

  test('allows the hosts of the site, and forms from them', () => {
    expect(env({ django: { hosts: ['shop.example.com', '.example.org'] } })).toMatchObject({
      DJANGO_ALLOWED_HOSTS: 'shop.example.com,.example.org',
      DJANGO_CSRF_TRUSTED_ORIGINS: 'https://shop.example.com,https://*.example.org',
    });
  });

  test('knows the database, but not its password', () => {
    expect(env()).toMatchObject({ POSTGRES_HOST: 'shop-postgres', POSTGRES_PORT: '5432', POSTGRES_DB: 'shop' });
    expect(env({ postgres: { database: 'orders' } }).POSTGRES_DB).toBe('orders');
  });

  test('knows who it is there, if not from the Secret, where that changes with the password', () => {
    const changes = { postgres: { user: 'clerk' } };
    expect(env(changes).POSTGRES_USER).toBe({ owner: 'clerk_owner', app: undefined }[role]);
  });

  test("has the project's own variables, as texts", () => {
    expect(env({ django: { env: { SITE_NAME: 'Shop', PAGE_SIZE: 20, NEW_CART: true } } })).toMatchObject({
      SITE_NAME: 'Shop',
      PAGE_SIZE: '20',
      NEW_CART: 'true',
    });
  });

  test('reads a variable as the file has it: Kubernetes takes $$ for $, and $(NAME) for the value of another', () => {
    expect(env({ django: { env: { PRICE: 'US$ 5', NAME: '$(HOME)$$' } } })).toMatchObject({ PRICE: 'US$$ 5', NAME: '$$(HOME)$$$$' });
  });

  test('can write to its home, which is scratch space of a limited size', () => {
    expect(env().HOME).toBe('/tmp');
    expect(find().volumeMounts).toContainEqual({ name: 'tmp', mountPath: '/tmp' });
    expect(find().securityContext.readOnlyRootFilesystem).toBe(true);
  });

  test('sees the programs of the stack and its Secrets, and cannot change them', () => {
    expect(find().volumeMounts).toEqual(
      expect.arrayContaining([
        { name: 'runtime', mountPath: '/runtime', readOnly: true },
        { name: 'secret-django', mountPath: '/run/secrets/django', readOnly: true },
        { name: `secret-postgres-${role}`, mountPath: '/run/secrets/postgres', readOnly: true },
      ]),
    );
  });
});

describe('what such containers share', () => {
  test('the database is found by the name of its Service', () => {
    const rendered = render({ release: 'my-shop' });
    const { POSTGRES_HOST, POSTGRES_DB } = variables(container(rendered.find('Deployment', 'my-shop-gunicorn'), 'gunicorn'));
    expect(rendered.names('Service')).toContain(POSTGRES_HOST);
    expect(POSTGRES_DB).toBe('my_shop');
  });

  test('the scratch space is as large as the disk that the component may use', () => {
    const changes = {
      gunicorn: { resources: { limits: { 'ephemeral-storage': '3Gi' } } },
      migrate: { resources: { limits: { 'ephemeral-storage': '2Gi' } } },
    };
    expect(volume(render(changes).find('Deployment', 'shop-gunicorn'), 'tmp').emptyDir).toEqual({ sizeLimit: '3Gi' });
    expect(volume(render(changes).find('Job', 'shop-migrate'), 'tmp').emptyDir).toEqual({ sizeLimit: '2Gi' });
  });

  test('variables of other Services do not leak into pods', () => {
    expect(podSpec(render().find('Deployment', 'shop-gunicorn')).enableServiceLinks).toBe(false);
  });
});
