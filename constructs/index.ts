/** The stack as constructs: whole, or a component at a time. */
export { ArgoApplication, type ArgoApplicationProps } from './argocd';
export { Backup, type BackupProps } from './backup';
export { Base } from './base';
export { Component, type ReleaseProps } from './component';
export { compose } from './compose';
export { DjangoStack, type DjangoStackProps } from './django-stack';
export { Gunicorn, type GunicornProps } from './gunicorn/gunicorn';
export { manifests, type Manifest } from './manifests';
export { Migration, type MigrationProps } from './migration';
export { Network, type NetworkProps } from './network';
export { Nginx, type NginxProps } from './nginx/nginx';
export { readPages, type Pages } from './nginx/pages';
export { readStaticFiles } from './nginx/static-files';
export { Postgres, type PostgresProps } from './postgres/postgres';
export { SecretManifests, type SecretManifestsProps } from './secret-manifests';
export { secretContracts, type SecretContract } from './secrets';
