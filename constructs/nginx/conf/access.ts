import type { Config } from '../../../config/resolve';
import { passwordFile } from '../../secrets';
import type { Concern } from './concern';
import { block, type Line } from './text';

type Access = Config['nginx']['access'];

/** The first rule that fits decides: what is denied comes before what is allowed. */
const addresses = ({ allow, deny }: NonNullable<Access>): Line[] => [
  ...deny.map((range) => `deny ${range};`),
  ...allow.map((range) => `allow ${range};`),
  ...(allow.length > 0 ? ['deny all;'] : []),
];

/** Lines of every location that is not open to all: nginx does not know of a location that it should be as closed as another. */
export function guard(access: Access): Line[] {
  if (!access) return [];
  const { basicAuth, satisfy, clientCertificate } = access;
  return [
    ...(clientCertificate ? block('if ($ssl_client_verify != SUCCESS)', 'return 403;') : []),
    ...(satisfy === 'any' ? ['satisfy any;'] : []),
    ...addresses(access),
    ...(basicAuth ? [`auth_basic "${basicAuth.realm}";`, `auth_basic_user_file ${passwordFile(basicAuth.secretName)};`] : []),
  ];
}

/** `/../` and `/./` before the query, in whatever spelling. */
const DOT_SEGMENTS = '^[^?]*(?:/|%2f)(?:\\.|%2e)(?:\\.|%2e)?(?:/|%2f|[?#]|$)';

/** Who may come in. Files are as closed as the whole site: see `static.ts`. */
export const access: Concern = {
  server: ({ nginx }) =>
    new Set([nginx.access, ...nginx.locations.map((one) => one.access)]).size > 1
      ? [
          '# nginx goes by the path that such a request comes to, and Django by the request: its page could be one that is closed here.',
          ...block(`if ($request_uri ~* "${DOT_SEGMENTS}")`, 'return 400;'),
        ]
      : [],
  location: ({ access: rules }) => [
    ...guard(rules),
    ...(rules?.basicAuth ? ["# The password is nginx's, and no business of Django's.", 'proxy_set_header Authorization "";'] : []),
  ],
};
