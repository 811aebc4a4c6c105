import { z } from 'zod';
import { objectName, relativePath } from '../names';
import { listOf, must, oneOf, section, text, wholeNumber, yesOrNo, type Meta } from '../types';

/** What Argo CD does by itself. */
export const automation = section({
  prune: yesOrNo()
    .default(true)
    .meta({ description: 'It removes what is gone from the repository.' } satisfies Meta),
  selfHeal: yesOrNo()
    .default(true)
    .meta({ description: 'It undoes changes that were made in the cluster.' } satisfies Meta),
});

const destination = section({
  server: text('the address of an API server, such as https://203.0.113.1:6443', /^https?:\/\/\S+$/)
    .optional()
    .meta({
      description: 'Address of its API server.',
      derivedDefault: 'that of the cluster that Argo CD runs in, unless there is a name',
    } satisfies Meta),
  name: text('the name of a cluster', /^\S+$/)
    .optional()
    .meta({ description: 'Its name, in place of the address.' } satisfies Meta),
})
  .refine(({ server, name }) => server === undefined || name === undefined, { error: 'must have a server or a name, not both' })
  .prefault({});

export const argocd = section({
  repository: z
    .string(must('the address of a Git repository'))
    .regex(
      /^(?:https?|ssh|file|git):\/\/\S+$|^\S+@\S+:\S+$/,
      must('the address of a Git repository, such as https://git.example.com/team/shop.git'),
    )
    .meta({ description: 'Git repository that holds `dist/`.', expected: 'the address of a Git repository' } satisfies Meta),
  revision: text('a branch, tag or commit', /^\S+$/)
    .default('HEAD')
    .meta({ description: 'Branch, tag or commit to follow.' } satisfies Meta),
  path: relativePath()
    .optional()
    .meta({ description: 'Folder of the manifests in the repository.', derivedDefault: '`dist/<environment>`' } satisfies Meta),
  project: objectName()
    .default('default')
    .meta({ description: 'Project of Argo CD, which says what the Application may do.' } satisfies Meta),
  destination: destination.meta({ description: 'Cluster that the release runs in.' }),
  automated: z
    .union([yesOrNo(), automation], must('true or false, or a group of prune and selfHeal'))
    .default(false)
    .meta({
      description: 'Argo CD syncs by itself when the repository changes; `true` is with both of these.',
      expected: 'true or false, or `{ prune, selfHeal }`',
    } satisfies Meta),
  retry: section({
    limit: wholeNumber(0, 100)
      .default(5)
      .meta({ description: 'How often a sync that failed is tried again, each time with the newest commit.' } satisfies Meta),
  })
    .prefault({})
    .meta({ description: 'What follows a sync that failed.' }),
  syncOptions: listOf(oneOf('ServerSideApply=true', 'FailOnSharedResource=true'), 'sync options')
    .refine((options) => new Set(options).size === options.length, { error: 'must name each option once' })
    .default([])
    .meta({
      description: 'Options of every sync, as Argo CD writes them; those that a release needs stand on its objects.',
      expected: 'a list of ServerSideApply=true, FailOnSharedResource=true',
    } satisfies Meta),
});
