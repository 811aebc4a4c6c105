/** Which locales a new database can have. Sources: `initdb --help` of each major; the official image, "Locale Customization". */
import type { Settings } from '../schema';

type Locale = NonNullable<Settings['postgres']['locale']>;

/** The first major that has the provider. */
const SINCE: Readonly<Record<Locale['provider'], number>> = { libc: 14, icu: 15, builtin: 17 };
const OF_IMAGE = ['C', 'POSIX', 'C.UTF-8', 'C.utf8', 'en_US.UTF-8', 'en_US.utf8'];

const builtin = (major: number) => ['C', 'C.UTF-8', ...(major >= 18 ? ['PG_UNICODE_FAST'] : [])];

/** Whether ICU has the language of a tag such as `de-u-co-phonebk`. */
function icuKnows(name: string): boolean {
  try {
    const [language = ''] = Intl.getCanonicalLocales(name)[0]?.split('-') ?? [];
    return language === 'und' || new Intl.DisplayNames('en', { type: 'language', fallback: 'none' }).of(language) !== undefined;
  } catch {
    return false;
  }
}

/** What is wrong with a locale, by the setting that is wrong. */
export function localeProblem(
  { provider, name }: Locale,
  major: number,
  ownImage: boolean,
): { readonly setting: keyof Locale; readonly message: string } | undefined {
  if (major < SINCE[provider]) {
    return {
      setting: 'provider',
      message: `must be one that postgres.version ${major} has, got ${provider}: it came with ${SINCE[provider]}`,
    };
  }
  const wrong = (expected: string) => ({ setting: 'name' as const, message: `must be ${expected}, got ${name}` });
  if (provider === 'builtin' && !builtin(major).includes(name)) return wrong(`one of ${builtin(major).join(', ')} with provider builtin`);
  if (provider === 'icu' && !icuKnows(name)) return wrong('a language tag that ICU knows, such as de-DE or und');
  if (provider === 'libc' && !ownImage && !OF_IMAGE.includes(name)) {
    return wrong(`one that the official image has (${OF_IMAGE.join(', ')}) unless postgres.image names one with more`);
  }
  return undefined;
}
