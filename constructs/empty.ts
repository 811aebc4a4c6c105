/** The API forgets empty lists and groups, so that with them every `kubectl apply` would report a change. */

export const notEmpty = <T>(list: readonly T[]): T[] | undefined => (list.length > 0 ? [...list] : undefined);

export const notEmptyGroup = (group: Readonly<Record<string, string>>): Record<string, string> | undefined =>
  Object.keys(group).length > 0 ? { ...group } : undefined;
