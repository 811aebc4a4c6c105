/** Names and labels of what the operator makes: it writes labels of its own. Source: CloudNativePG, "Predefined labels". */
import type { CloudNativePg, Config } from '../../config/resolve';
import { Component } from '../component';

export const API = 'postgresql.cnpg.io/v1';
/** The one that archives, and its name in every object. Source: plugin-barman-cloud, "Using the Barman Cloud Plugin". */
export const BARMAN_CLOUD = 'barman-cloud.cloudnative-pg.io';

/** Where the servers listen, and where the operator and the other servers ask how they are. */
export const PORTS = { postgres: 5432, status: 8000 } as const;

/** Of the `Cluster`, whose name its Services and Secrets begin with. */
export const clusterComponent = (config: Config, { cluster: name, image }: CloudNativePg) =>
  new Component(config, 'postgres', image, { name, selectorLabels: { 'cnpg.io/cluster': name } });

/** Of the `Pooler`, whose name is that of its Service. */
export const poolerComponent = (config: Config, image: string) =>
  new Component(config, 'pooler', image, { selectorLabels: { 'cnpg.io/poolerName': `${config.release}-pooler` } });

/** Service of the server that writes, whichever that is. */
export const writer = ({ cluster }: CloudNativePg) => `${cluster}-rw`;
/** Secret with the authority that signs certificates of the servers and of the pooler. */
export const authority = ({ cluster }: CloudNativePg) => `${cluster}-ca`;
