/** What it leads to that a file of the change before has no more of an object. */
import type { ClassName } from '../../diff/classes';
import { consequences } from '../../diff/consequences';
import { render } from '../support/stack';

test.each<[string, string, ClassName, RegExp]>([
  ['Namespace', 'shop-test', 'data-loss', /Argo CD and a plain apply leave it\. Deleting it deletes everything in it, with its volumes$/],
  ['CronJob', 'shop-backup', 'data-loss', /^no copy is made any more/],
  ['Deployment', 'shop-nginx', 'downtime', /where it is removed, nothing answers in its place$/],
  ['NetworkPolicy', 'shop-default-deny', 'exposure', /pods that no other policy selects are open to all$/],
  ['CronJob', 'shop-drill', 'in-place', /it stays where nothing prunes$/],
])('a %s that goes (%s) is %s', (kind, name, expected, says) => {
  const { objects } = render();
  const after = objects.filter((object) => object.kind !== kind || object.metadata.name !== name);
  expect(consequences(objects, after).map((one) => [one.class, one.says])).toContainEqual([expected, expect.stringMatching(says)]);
});
