import type { Concern } from './concern';

/** Whose word about the address of a client counts; access, limits, logs and Django go by it. */
export const realIp: Concern = {
  http: ({ nginx: { realIp: settings } }) =>
    settings
      ? [
          "# Of anybody else's word about the address of a client nothing is believed.",
          ...settings.from.map((range) => `set_real_ip_from ${range};`),
          `real_ip_header ${settings.header};`,
          // A list grows at its end, where each proxy adds who has asked it; the other headers hold one address.
          ...(settings.header === 'X-Forwarded-For' ? ['real_ip_recursive on;'] : []),
        ]
      : [],
};
