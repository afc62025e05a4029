/* row-language.ts: the visitor chooses the language */

import { useStore } from '../shared/hooks';
import { GlobeIcon } from './icons';
import type { RowHook } from './here';
import { useWords } from './words';

export const useLanguage: RowHook = ({ chat, languages, overlay }) => {
	const { t } = useWords();

	useStore(chat.settings);
	return languages.offered.length < 2 ? null : {
		id: 'language', label: t('menu_language'), Icon: GlobeIcon,
		run: () => overlay.open(() => import('./LanguageDialog')),
	};
};
