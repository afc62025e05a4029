/* shortcuts.ts: Alt+Shift+C opens and closes the chat */
/* SPDX-License-Identifier: MIT */

interface Opened extends EventTarget {
	open: boolean | (() => unknown);
	close?: () => unknown;
}

export default function shortcuts(instance: Opened): void
{
	let open = false;

	document.addEventListener('keydown', (event) => {
		if (!event.altKey || !event.shiftKey || event.code !== 'KeyC')
			return;
		event.preventDefault();
		if (typeof instance.open === 'boolean') {
			instance.open = !instance.open;
		} else {
			open = !open;
			void (open ? instance.open() : instance.close?.());
		}
	});
}
