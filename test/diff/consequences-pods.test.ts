/** What changes of the pods of Gunicorn, and of their groups, lead to. */
import type { Expected } from '../support/matchers';
import { render } from '../support/stack';

const change = (before: object, after: object) => ({ before: render(before).objects, after: render(after).objects });

const TEAM = { key: 'example.com/team', operator: 'In', values: ['shop', 'lab'] };
const GROUPED = { gunicorn: { groups: [{ name: 'inference', paths: ['/predict/'], replicas: 1, gpu: { count: 1 } }] } };
const VERSIONS = [/: labels\.app\.kubernetes\.io\/version$/];
const MIGRATES = [/^Job shop-migrate: shop-migrate-[0-9a-f]{8} runs[:,] /];

describe.each<[string, object, object, Expected]>([
  [
    'other nodes',
    { gunicorn: { nodeAffinity: { required: [TEAM] } } },
    {
      gunicorn: {
        nodeAffinity: {
          required: [
            { ...TEAM, values: ['shop', 'batch'] },
            { key: 'spot', operator: 'DoesNotExist' },
          ],
        },
      },
    },
    {
      restart: [
        /^Deployment shop-gunicorn: 2 pods restart, each new one ready before an old one stops: affinity\.nodeAffinity\.required\.nodeSelectorTerms\.0\.matchExpressions\.example\.com\/team\.values\.1: lab → batch; \+ affinity\.nodeAffinity\.required\.nodeSelectorTerms\.0\.matchExpressions\.spot$/,
      ],
    },
  ],
  [
    'a preference for some nodes',
    {},
    { gunicorn: { nodeAffinity: { preferred: [TEAM] } } },
    { restart: [/^Deployment shop-gunicorn: 2 pods restart, each new one ready before an old one stops: \+ affinity\.nodeAffinity$/] },
  ],
  [
    'a group of pods',
    {},
    GROUPED,
    {
      downtime: [
        /^Deployment shop-gunicorn-inference: is new, and Nginx leads its paths there at once: no answer at these until its pods are ready$/,
      ],
      restart: [
        /^Deployment shop-gunicorn: 2 pods restart .*: gunicorn and migrated \+ NVIDIA_VISIBLE_DEVICES$/,
        /^Deployment shop-nginx: 2 pods restart, each new one ready before an old one stops: configuration shop-nginx \(nginx\.conf\)$/,
      ],
      migration: [/^Job shop-migrate: shop-migrate-[0-9a-f]{8} runs, most likely with nothing to migrate: the image is the same$/],
      exposure: [
        /^NetworkPolicy shop-postgres: allows in from pods gunicorn-inference on 5432$/,
        /^NetworkPolicy shop-nginx: allows out to pods gunicorn-inference on 8000$/,
        /^NetworkPolicy shop-gunicorn-inference: is new: of its pods' packets it allows in from pods nginx on 8000, /,
        /^Deployment shop-gunicorn-inference: its pods read DJANGO_SECRET_KEY, .* of Secrets$/,
      ],
      capacity: [/^Deployment shop-gunicorn-inference: is new$/],
      'in-place': [
        /^ConfigMap shop-nginx: /,
        /^ServiceAccount shop-gunicorn-inference: is new$/,
        /^ConfigMap shop-gunicorn-inference: is new$/,
        /^Service shop-gunicorn-inference: is new$/,
      ],
    },
  ],
  [
    'a new image for a group, whose GPU has no spare, beside pods without one',
    GROUPED,
    { ...GROUPED, image: 'registry.example.com/team/shop:1.0.1' },
    {
      downtime: [/^Deployment shop-gunicorn-inference: its only pod stops before new ones start as there is no GPU to spare: /],
      restart: [
        /^Deployment shop-gunicorn: 2 pods restart once the migration is done, each new one ready before an old one stops: /,
        /^Deployment shop-gunicorn-inference: 1 pod restarts once the migration is done, 1 at a time, stopped before the next one starts: /,
      ],
      migration: MIGRATES,
      'in-place': [/^CronJob shop-backup: /],
      cosmetic: VERSIONS,
    },
  ],
])('%s', (_what, before, after, expected) => {
  test('leads to what it should', () => {
    expect(change(before, after)).toLeadTo(expected);
  });
});
