/**
 * The typed objects of Kubernetes 1.27, as cdk8s-plus-27 carries them. `cdk8s import k8s` would write the same types, but
 * downloads their schema from a network that many machines do not reach.
 */
export * from 'cdk8s-plus-27/lib/imports/k8s';
