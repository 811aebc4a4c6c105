import { asideName, isAside, restoredName } from '../../../cli/restore/names';

const NOON = new Date('2026-11-23T12:00:05.678Z');
const LONG = 'a'.repeat(63);

test('what is to be live, and what was, are called after the database', () => {
  expect(restoredName('shop')).toBe('shop_restored');
  expect(asideName('shop', NOON)).toBe('shop_before_20261123_120005');
});

test('names are never longer than Postgres keeps, and still told apart', () => {
  const names = [restoredName(LONG), asideName(LONG, NOON)];
  expect(names.map((name) => name.length)).toEqual([63, 63]);
  expect(isAside(LONG, asideName(LONG, NOON))).toBe(true);
});

test.each(['shop', 'shop_restored', 'shop_before_', 'shop_before_2026', 'other_before_20261123_120005', 'shop_before_20261123_120005_x'])(
  '%s is none that a restore of shop has put aside',
  (name) => {
    expect(isAside('shop', name)).toBe(false);
    expect(isAside('shop', 'shop_before_20261123_120005')).toBe(true);
  },
);
