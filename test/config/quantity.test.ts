import { bytes, formatBytes, formatMillicpus, millicpus } from '../../config/quantity';

test.each([
  ['1024Mi', '1Gi'],
  ['1.5Gi', '1536Mi'],
  ['3072Mi', '3Gi'],
  ['1000M', '1G'],
  ['500M', '500M'],
  ['1048576', '1Mi'],
  ['1Ti', '1Ti'],
  ['1234567', '1234567'],
])('%s of bytes is written as %s', (text, canonical) => {
  expect(formatBytes(bytes(text) ?? NaN)).toBe(canonical);
});

test.each([
  ['1000m', '1'],
  ['0.5', '500m'],
  ['2', '2'],
  ['1.25', '1250m'],
  ['0.1', '100m'],
])('%s CPUs are written as %s', (text, canonical) => {
  expect(formatMillicpus(millicpus(text) ?? NaN)).toBe(canonical);
});

test.each(['', '1X', '-1', '1 Gi', '1gi', 'Gi', '1e3', '1m', '0.3'])('%j is no quantity of bytes', (text) => {
  expect(bytes(text)).toBeUndefined();
});

test.each(['', '1Gi', '0.0001', '1k'])('%j is no quantity of CPUs', (text) => {
  expect(millicpus(text)).toBeUndefined();
});
