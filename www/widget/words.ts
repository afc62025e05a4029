/* words.ts: the languages of the widget, and the current one for the views */

import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import en from '../locales/en.json';
import sw from '../locales/sw.json';
import { chooseLocale, createI18n } from '../shared/i18n';
import type { I18n } from '../shared/i18n';

export const dictionaries = { en, sw };

/* wanted comes before the browser's languages. */
export function widgetI18n(wanted: string | null): I18n
{
	const locale = chooseLocale(
		[...(wanted ? [wanted] : []), ...navigator.languages],
		Object.keys(dictionaries));

	return createI18n(locale, dictionaries);
}

const Words = createContext<I18n>(createI18n('en', dictionaries));

export const WordsProvider = Words.Provider;

export function useWords(): I18n
{
	return useContext(Words);
}
