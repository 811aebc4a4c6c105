/** The programs of pods, as they stand in ConfigMaps. */

/** Files that programs look for beside themselves. */
export const sourced = (data: Readonly<Record<string, string>>): string[] =>
  [
    ...Object.values(data)
      .join('\n')
      .matchAll(/(?:BASH_SOURCE\[0\]%\/\*\}|\$PROGRAMS)\/([\w.]+)/g),
  ].map(([, name = '']) => name);
