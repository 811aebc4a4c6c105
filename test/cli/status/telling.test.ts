import { telling } from '../../../cli/status/asking';

const TRACE = 'Traceback (most recent call last):\n  File "a.py", line 1, in b\n    c()\n';

test.each([
  ['what Python ends with', `${TRACE}ModuleNotFoundError: No module named 'shop'\n`, "ModuleNotFoundError: No module named 'shop'"],
  [
    'that, before what Gunicorn says of it',
    `${TRACE}django.core.exceptions.ImproperlyConfigured: no key\n[2026-11-28 05:11:00 +0000] [1] [ERROR] Reason: Worker failed to boot.\n`,
    'django.core.exceptions.ImproperlyConfigured: no key',
  ],
  [
    'the migration, which is named after that',
    `${TRACE}django.db.utils.DataError: division by zero\nmigration shop.0002_boom failed: DataError: division by zero\n`,
    'migration shop.0002_boom failed: DataError: division by zero',
  ],
  ['else its last word', 'waiting\n\nwaited 300 s for the database\n', 'waited 300 s for the database'],
  ['nothing of an empty one', '\n', undefined],
])('of a log is told %s', (_what, log, line) => {
  expect(telling(log)).toBe(line);
});
