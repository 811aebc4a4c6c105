/** Other people's kinds, typed. Nothing here is edited by hand. */
export * as k8s from './k8s';
