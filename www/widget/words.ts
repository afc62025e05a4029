/* words.ts: the words of the current language, and the settings in them, for
 * the views */

import { createContext } from 'preact';
import { useContext, useMemo } from 'preact/hooks';
import en from '../locales/en.json';
import { useStore } from '../shared/hooks';
import { createI18n } from '../shared/i18n';
import type { I18n } from '../shared/i18n';
import { useWidget } from './here';
import type { Settings } from './options';

const Words = createContext<I18n>(createI18n('en', { en }));

export const WordsProvider = Words.Provider;

export function useWords(): I18n
{
	return useContext(Words);
}

/* What holds now, in the visitor's language. */
export function useSettings(): Settings
{
	const { chat, languages } = useWidget();
	const settings = useStore(chat.settings);
	const i18n = useStore(languages);

	return useMemo(() => languages.localized(settings),
		[settings, i18n]);
}
