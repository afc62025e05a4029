/* languages.ts: what can be said otherwise in each language */
/* SPDX-License-Identifier: MIT */
import { isEmpty, type Value, type Values } from './options';
import { spoken } from './spoken';

export type Phrases = Readonly<Record<string, string>>;
export type Translations = Readonly<Record<string, Phrases>>;

/* Those that the widget speaks by itself. */
export const SPOKEN = ['en', 'sw', 'fr', 'de', 'es', 'ar', 'pt'] as const;

/* In the order of the table; the long ones have several lines. */
export const PHRASES = ['title', 'intro', 'initial', 'placeholder', 'name',
	'email', 'language', 'restart', 'confirmRestart', 'confirmYes',
	'confirmNo', 'export', 'maximize', 'minimize'] as const;
export const LONG: ReadonlySet<string> = new Set(['intro', 'initial']);
/* Those that are options of the widget too. */
const SETTINGS: ReadonlySet<string> = new Set(['title', 'intro', 'initial',
	'placeholder']);

const RTL = /^(ar|fa|he|ur|ps|sd|ug|yi|dv)(-|$)/i;
const CODE = /^[A-Za-z][A-Za-z0-9_-]{1,15}$/;

export function direction(language: string): 'rtl' | 'ltr'
{
	return RTL.test(language) ? 'rtl' : 'ltr';
}

export function isLanguage(code: string): boolean
{
	return CODE.test(code);
}

/* In its own words: "Deutsch (de)". */
export function languageName(code: string): string
{
	try {
		const name = new Intl.DisplayNames([code],
			{ type: 'language', fallback: 'none' }).of(code);

		return name ? `${name} (${code})` : code;
	} catch {
		return code;
	}
}

export function translationsOf(value: Value | undefined): Translations
{
	return typeof value === 'object' && value !== null &&
		!Array.isArray(value) ? value as unknown as Translations : {};
}

/* Those that can be chosen: spoken ones and those with words of their own. */
export function languages(translations: Translations): string[]
{
	return [...new Set<string>([...SPOKEN, ...Object.keys(translations)
		.filter((code) => code !== 'default')])];
}

/* With a phrase put in; an empty one goes, and with the last its language. */
export function withPhrase(translations: Translations, language: string,
	phrase: string, text: string): Translations
{
	const { [phrase]: _, ...others } = translations[language] ?? {};
	const { [language]: __, ...rest } = translations;
	const words = text === '' ? others : { ...others, [phrase]: text };

	return Object.keys(words).length === 0 ? rest
		: { ...rest, [language]: words };
}

/* What is said when a language has no words of its own. */
export function unsaid(phrase: string, language: string, values: Values):
	string
{
	const value = SETTINGS.has(phrase) ? values[phrase] : undefined;
	const short = language.toLowerCase().split(/[-_]/)[0]!;

	return isEmpty(value) ? (spoken[short] ?? spoken.en!)[phrase] ?? ''
		: String(value);
}
