import { djangoWarnings } from '../../config/rules/django';
import { config } from '../support/stack';

const media = { storage: '50Gi', path: '/app/media' };

test('backups have room for a copy of all uploaded files, unless the file says how much', () => {
  expect(config().backup.storage).toBe(10 * 1024 ** 3);
  expect(config({ django: { media } }).backup.storage).toBe(60 * 1024 ** 3);
  expect(config({ django: { media }, backup: { storage: '70Gi' } }).backup.storage).toBe(70 * 1024 ** 3);
});

test('less room than the uploaded files may take is said, and no more', () => {
  const warned = (storage?: string) => djangoWarnings(config({ django: { media }, backup: { storage } }));
  expect(warned('20Gi')).toEqual([
    {
      path: ['backup', 'storage'],
      message: 'is 20Gi, less than django.media.storage, 50Gi: backups hold a copy of all uploaded files',
    },
  ]);
  expect(warned('50Gi')).toEqual([]);
  expect(warned()).toEqual([]);
  expect(djangoWarnings(config({ backup: { storage: '1Gi' } }))).toEqual([]);
});
