/* row-restart.ts: the visitor begins another conversation */

import { RestartIcon } from './icons';
import type { RowHook } from './here';
import { useSettings, useWords } from './words';
import { useStore } from '../shared/hooks';

export const useRestart: RowHook = ({ chat, overlay }) => {
	const { t } = useWords();
	const settings = useSettings();
	const said = useStore(chat.messages).length > 0;

	return !settings.restart_conversation || !said ? null : {
		id: 'restart', label: t('menu_restart'), Icon: RestartIcon,
		run: () => overlay.open(() => import('./RestartDialog')),
	};
};
