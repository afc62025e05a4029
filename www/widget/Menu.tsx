/* Menu.tsx: the menu of the header: a button, and a list that the arrow keys
 * walk through */

import { useEffect, useRef, useState } from 'preact/hooks';
import { CheckIcon, MoreIcon } from './icons';
import { useWidget } from './here';
import type { MenuRow } from './here';
import { useMenuRows } from './menu-rows';
import { useWords } from './words';

const STEPS: Record<string, (i: number, n: number) => number> = {
	ArrowDown: (i, n) => (i + 1) % n,
	ArrowUp: (i, n) => (i - 1 + n) % n,
	Home: () => 0,
	End: (_, n) => n - 1,
};

function Row({ row, onClose }: { row: MenuRow; onClose(): void })
{
	const { Icon, id, label, checked, run } = row;

	return (
		<button type="button" class="menu-row" tabIndex={-1}
			data-testid={`menu-${id}`}
			{...(checked === undefined ? { role: 'menuitem' as const }
				: { role: 'menuitemcheckbox' as const,
					'aria-checked': checked })}
			onClick={() => {
				onClose();
				run();
			}}>
			<Icon size={18} />
			<span dir="auto">{label}</span>
			{checked && <CheckIcon size={16} />}
		</button>
	);
}

/* Leaves when one presses elsewhere, or the focus does. */
function useLeave(open: boolean, inside: () => HTMLElement | null,
	close: () => void): void
{
	useEffect(() => {
		if (!open)
			return;
		const leave = (event: Event) => {
			if (!inside()?.contains(event.target as Node))
				close();
		};
		const away = () => close();

		document.addEventListener('pointerdown', leave, true);
		document.addEventListener('focusin', leave);
		window.addEventListener('blur', away);
		return () => {
			document.removeEventListener('pointerdown', leave, true);
			document.removeEventListener('focusin', leave);
			window.removeEventListener('blur', away);
		};
	}, [open]);
}

function List({ rows, onClose }:
	{ rows: MenuRow[]; onClose(back: boolean): void })
{
	const { t } = useWords();
	const list = useRef<HTMLDivElement>(null);
	const items = () => [...list.current!.querySelectorAll('button')];

	useEffect(() => items()[0]?.focus(), []);
	return (
		<div class="menu" role="menu" ref={list} aria-label={t('menu')}
			data-testid="menu-list" onKeyDown={(event) => {
				const all = items();
				const at = all.indexOf(
					document.activeElement as HTMLButtonElement);
				const step = STEPS[event.key];

				if (step) {
					event.preventDefault();
					all[step(at, all.length)]?.focus();
				} else if (event.key === 'Escape') {
					/* Closes the menu, not the panel. */
					event.preventDefault();
					onClose(true);
				} else if (event.key === 'Tab') {
					onClose(true);
				}
			}}>
			{rows.map((row) => <Row key={row.id} row={row}
				onClose={() => onClose(true)} />)}
		</div>
	);
}

export function Menu()
{
	const { t } = useWords();
	const rows = useMenuRows(useWidget());
	const [open, setOpen] = useState(false);
	const box = useRef<HTMLDivElement>(null);
	const button = useRef<HTMLButtonElement>(null);
	const close = (back: boolean) => {
		setOpen(false);
		if (back)
			button.current?.focus();
	};

	useLeave(open, () => box.current, () => setOpen(false));
	if (rows.length === 0)
		return null;
	return (
		<div class="menu-box" ref={box}>
			<button type="button" class="icon-button" ref={button}
				data-testid="menu" aria-label={t('menu')}
				aria-haspopup="menu" aria-expanded={open}
				onClick={() => setOpen(!open)}
				onKeyDown={(event) => {
					if (event.key === 'ArrowDown') {
						event.preventDefault();
						setOpen(true);
					}
				}}>
				<MoreIcon />
			</button>
			{open && <List rows={rows} onClose={close} />}
		</div>
	);
}
