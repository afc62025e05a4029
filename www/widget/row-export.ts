/* row-export.ts: the visitor keeps the conversation */

import { useStore } from '../shared/hooks';
import { DownloadIcon } from './icons';
import type { RowHook } from './here';
import { useSettings, useWords } from './words';

export const useExport: RowHook = ({ chat, overlay }) => {
	const { t } = useWords();
	const settings = useSettings();
	const said = useStore(chat.messages).length > 0;

	return !settings.export_conversation || !said ? null : {
		id: 'export', label: t('menu_export'), Icon: DownloadIcon,
		run: () => overlay.open(() => import('./ExportDialog')),
	};
};
