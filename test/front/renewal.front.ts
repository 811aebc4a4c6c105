/** A certificate that is replaced while nginx runs. */
import { generate } from 'selfsigned';
import { Front } from './support/front';
import { until } from './support/until';

const SECRET = 'shop-tls';

async function certificate() {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'shop.example.com' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'shop.example.com' }] }],
  });
  return { [SECRET]: { 'tls.crt': cert, 'tls.key': key } };
}

test('is served without a restart or a signal, once nginx looks at the files again', async () => {
  // The minute is shortened; that there is one is a test of the constructs.
  const front = await Front.start({}, { edit: (conf) => conf.replace('valid=1m', 'valid=1s') });
  const { certificate: old } = front.site;
  expect((await front.get('/')).status).toBe(200);
  front.replace(await certificate());
  expect(front.site.certificate).not.toBe(old);
  const trusted = () =>
    front.get('/').then(
      () => true,
      () => false,
    );
  await until('the new certificate to be served', trusted);
  await expect(front.get('/', { tls: { ca: old } })).rejects.toThrow('self-signed');
  expect(await front.errors()).toBe('');
});
