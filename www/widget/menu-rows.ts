/* menu-rows.ts: what the menu of the header offers, from top to bottom */

import type { MenuRow, RowHook, Widget } from './here';
import { useMaximize } from './row-maximize';
import { useExport } from './row-export';
import { useLanguage } from './row-language';
import { useRestart } from './row-restart';
import { useSound } from './row-sound';

const rows: RowHook[] = [
	useLanguage,
	useSound,
	useExport,
	useMaximize,
	useRestart,
];

export function useMenuRows(widget: Widget): MenuRow[]
{
	return rows.map((useRow) => useRow(widget))
		.filter((row): row is MenuRow => row !== null);
}
