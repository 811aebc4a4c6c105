/** Configurations of environments: their schema, reading them from files, and what is wrong with them. */
export { loadEnvironments, parseEnvironment, type Environment } from './load';
export { ConfigError, SettingError, type Problem } from './problems';
export { resolve, type Config } from './resolve';
export { schema, type Settings } from './schema';
