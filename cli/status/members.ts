/** Which objects are of a release, and of which component. */
import type { Config } from '../../config/resolve';
import { Component, COMPONENT_LABEL } from '../../constructs/component';
import { componentsOf } from '../../constructs/components';
import {
  condition,
  ended,
  holds,
  jobOf,
  newest,
  ofKind,
  type CronJob,
  type Found,
  type Job,
  type Metadata,
  type Pod,
  type Workload,
} from './objects';

interface Labelled {
  readonly metadata: Metadata;
}

/** The component of an object, by the labels that select its pods; undefined for what others have made. */
function componentBy(config: Config): (object: Labelled) => string | undefined {
  const components = Object.values(componentsOf(config))
    .flat()
    .map((one) => (one instanceof Component ? one : one.component));
  return ({ metadata: { labels = {} } }) =>
    components.find(({ selectorLabels }) => Object.entries(selectorLabels).every(([name, value]) => labels[name] === value))?.labels[
      COMPONENT_LABEL
    ];
}

const of = <T extends Labelled>(objects: readonly T[], component: (object: Labelled) => string | undefined) =>
  objects.flatMap((object) => {
    const name = component(object);
    return name === undefined ? [] : [{ component: name, object }];
  });

/** The objects of a release, each with its component. */
export class Members {
  /** Pods that stay, and have not ended. */
  public readonly pods: readonly { readonly component: string; readonly object: Pod }[];
  public readonly workloads: readonly { readonly component: string; readonly object: Workload }[];
  public readonly jobs: readonly { readonly component: string; readonly object: Job }[];
  public readonly cronJobs: readonly { readonly component: string; readonly object: CronJob }[];

  public constructor(
    private readonly objects: readonly Found[],
    config: Config,
  ) {
    const component = componentBy(config);
    this.pods = of(ofKind(objects, 'Pod'), component).filter(({ object }) => jobOf(object) === undefined && !ended(object));
    this.workloads = of(ofKind(objects, 'Deployment', 'StatefulSet'), component);
    this.jobs = of(ofKind(objects, 'Job'), component);
    this.cronJobs = of(ofKind(objects, 'CronJob'), component);
  }

  /** Jobs of a component. */
  public jobsOf(component: string): Job[] {
    return this.jobs.filter((one) => one.component === component).map(({ object }) => object);
  }

  /** The newest Job of each component that has one. */
  public newestJobs(): { readonly component: string; readonly job: Job }[] {
    return [...new Set(this.jobs.map(({ component }) => component))].flatMap((component) => {
      const job = newest(this.jobsOf(component));
      return job ? [{ component, job }] : [];
    });
  }

  /** Pods of a component that stay. */
  public podsOfComponent(component: string): Pod[] {
    return this.pods.filter((one) => one.component === component).map(({ object }) => object);
  }

  public podsOf(job: Job): Pod[] {
    return ofKind(this.objects, 'Pod').filter((pod) => jobOf(pod) === job.metadata.name);
  }
}

/** How a Job stands. */
export function stateOf({ status }: Job): 'running' | 'done' | 'failed' {
  return holds(status, 'Complete') ? 'done' : holds(status, 'Failed') ? 'failed' : 'running';
}

/** Why it has failed, in the words of its controller. */
export const failureOf = ({ status }: Job): string => condition(status, 'Failed')?.message ?? 'it has failed';
