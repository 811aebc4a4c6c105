/** The components of a release; those that a file may leave out come with the settings that ask for them. */
import { everyGunicorn } from '../config/gunicorn';
import type { Config } from '../config/resolve';
import { clusterComponent, poolerComponent } from './cloudnative-pg/components';
import { Component } from './component';

const given = <T, U>(settings: T | undefined, make: (settings: T) => U): U[] => (settings === undefined ? [] : [make(settings)]);

export function componentsOf(config: Config) {
  const { postgres, offsite } = config;
  const component = (...[name, image]: [ConstructorParameters<typeof Component>[1], string]) => new Component(config, name, image);
  return {
    postgres: postgres.kind === 'cluster' ? [component('postgres', postgres.image)] : [],
    cloudNativePg: given(postgres.cloudNativePg, (settings) => ({ component: clusterComponent(config, settings), settings })),
    pooler: given(postgres.pooler, (settings) => ({
      component: postgres.cloudNativePg ? poolerComponent(config, settings.image) : component('pooler', settings.image),
      settings,
    })),
    monitor: given(postgres.metrics, (settings) => ({ component: component('monitor', settings.image), settings })),
    migrate: component('migrate', config.image),
    /** That of the site first, then its groups. */
    gunicorn: everyGunicorn(config).map(({ name, settings }) => ({ name, component: component(name, settings.image), settings })),
    nginx: component('nginx', config.nginx.image),
    backup: component('backup', postgres.image),
    drill: component('drill', postgres.image),
    offsite: given(offsite, (settings) => ({ component: component('offsite', settings.image), settings })),
    offsiteDrill: given(offsite?.drill && { ...offsite, drill: offsite.drill }, (settings) => ({
      component: component('offsite-drill', postgres.image),
      settings,
    })),
  };
}

export type Components = ReturnType<typeof componentsOf>;
