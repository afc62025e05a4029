/* i18n.ts: words by key, with {placeholders} and CLDR plurals. A missing key
 * falls back to English, then to the key itself; never to nothing. */

/* A plural entry has at least `other`; count chooses the form. */
export type Plural = Partial<Record<Intl.LDMLPluralRule, string>> &
	{ other: string };
export type Entry = string | Plural;
export type Dictionary = Record<string, Entry>;
export type Values = Record<string, string | number>;

export interface I18n {
	/* The BCP 47 tag in use. */
	readonly locale: string;
	readonly dir: 'ltr' | 'rtl';
	t(key: string, values?: Values): string;
}

const RTL = new Set(['ar', 'he', 'fa', 'ur', 'ps', 'sd', 'ug', 'yi', 'dv',
	'ckb', 'ks']);

/* The wanted tags in order, each shortened from the right (RFC 4647 lookup),
 * against the tags there are. */
export function chooseLocale(wanted: readonly string[],
	available: readonly string[], fallback = 'en'): string
{
	const byLower = new Map(available.map((tag) => [tag.toLowerCase(), tag]));

	for (const raw of wanted) {
		const parts = raw.replace(/_/g, '-').toLowerCase().split('-');

		while (parts.length > 0) {
			const found = byLower.get(parts.join('-'));
			if (found !== undefined)
				return found;
			parts.pop();
		}
	}
	return fallback;
}

function pick(entry: Entry, locale: string, values: Values): string
{
	if (typeof entry === 'string')
		return entry;
	const rule = new Intl.PluralRules(locale).select(Number(values.count));

	return entry[rule] ?? entry.other;
}

export function createI18n(locale: string,
	dictionaries: Record<string, Dictionary>): I18n
{
	const own = dictionaries[locale] ?? {};
	const english = dictionaries.en ?? {};

	return {
		locale,
		dir: RTL.has(locale.split('-')[0]!) ? 'rtl' : 'ltr',
		t(key, values = {}) {
			const mine = own[key];
			const text = mine !== undefined
				? pick(mine, locale, values)
				: pick(english[key] ?? key, 'en', values);

			return text.replace(/\{(\w+)\}/g, (whole, name: string) =>
				name in values ? String(values[name]) : whole);
		},
	};
}
