import { cacheVariable, variable } from '../../../constructs/nginx/conf/request-key';

test.each([
  ['address', '$binary_remote_addr'],
  ['host', '$host'],
  ['uri', '$request_uri'],
  ['path', '$request_path'],
  ['cookie:sessionid', '$cookie_sessionid'],
  ['cookie:SessionID', '$cookie_SessionID'],
  ['header:Authorization', '$http_authorization'],
  ['header:X-Tenant-ID', '$http_x_tenant_id'],
  ['argument:model', '$arg_model'],
])('%s is %s', (key, name) => {
  expect(variable(key)).toBe(name);
});

test('the key of a cache tells ports apart, as Django is told them', () => {
  expect(cacheVariable('host')).toBe('$host$is_request_port$request_port');
  expect(cacheVariable('cookie:a')).toBe('$cookie_a');
});

test('a word that no schema lets through is no variable', () => {
  for (const key of ['', 'body', 'uri:x', 'cookie']) expect(() => variable(key)).toThrow('no variable');
});
