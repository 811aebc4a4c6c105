import { objectName } from '../names';
import { oneOf, section, text, type Meta } from '../types';

/** An issuer of cert-manager. */
export const issuer = section({
  name: objectName().meta({ description: 'Name of the issuer.' } satisfies Meta),
  kind: oneOf('Issuer', 'ClusterIssuer')
    .default('ClusterIssuer')
    .meta({ description: 'Its kind.' } satisfies Meta),
  group: text('an API group', /^[a-z0-9.-]+$/)
    .default('cert-manager.io')
    .meta({ description: 'Its API group.' } satisfies Meta),
});
