/** What is told of objects of the API. */
import { diagnoses, type Diagnosis } from '../../../cli/status/diagnose';
import { Members } from '../../../cli/status/members';
import type { Found, Pod } from '../../../cli/status/objects';
import { Subjects, type Lines } from '../../../cli/status/subjects';
import { config } from '../../support/stack';
import { container, event, NOW, pod, waiting } from './objects';

const place = { name: 'prod', config: { ...config(), namespace: 'shop-prod' } };

export const found = (objects: readonly Found[], lines: Lines = {}): Diagnosis[] =>
  diagnoses(new Subjects(objects, new Members(objects, place.config), lines).all(), place, NOW);

/** The cause and what is said, where there is just one. */
export function the(objects: readonly Found[], lines: Lines = {}): string {
  const all = found(objects, lines);
  expect(all).toHaveLength(1);
  return `${all[0]?.cause}: ${all[0]?.says}`;
}

export const SECRET = [{ name: 'secret-django', secret: { secretName: 'shop-django' } }];
export const mounting = (message: string): Found[] => {
  const one = pod({ phase: 'Pending', containers: [container('gunicorn', waiting('PodInitializing'))], volumes: SECRET });
  return [one, event(one, 'FailedMount', `MountVolume.SetUp failed for volume "secret-django" : ${message}`)];
};
export const gated = (state: Pod['status']['initContainerStatuses'] = [container('migrated', { ready: false })], created?: string) =>
  pod({ created, phase: 'Pending', init: state, containers: [container('gunicorn', waiting('PodInitializing'))] });
export const answering = (message: string, started = true): Found[] => {
  const one = pod({ containers: [container('gunicorn', { ready: false, started })] });
  return [one, event(one, 'Unhealthy', message)];
};
export const GATE = 'shop-gunicorn-6d5f7c9b8-x2v4q/migrated';
