/* row-maximize.ts: a bigger panel, where the page around it can give one */

import { useStore } from '../shared/hooks';
import { MaximizeIcon, MinimizeIcon } from './icons';
import type { RowHook } from './here';
import { useSettings, useWords } from './words';

export const useMaximize: RowHook = ({ frame }) => {
	const { t } = useWords();
	const { maximize } = useSettings();
	const { hosted, fullscreen, maximized } = useStore(frame.state);

	if (!maximize || !hosted || (fullscreen && !maximized))
		return null;
	return maximized ? {
		id: 'maximize', label: t('menu_minimize'), Icon: MinimizeIcon,
		run: () => frame.maximize(false),
	} : {
		id: 'maximize', label: t('menu_maximize'), Icon: MaximizeIcon,
		run: () => frame.maximize(true),
	};
};
