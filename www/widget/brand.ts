/* brand.ts: puts the look on the page, and again whenever a setting changes or
 * day turns to night */

import type { Options } from './options';
import { isDark, lookOf } from './theme';
import type { Scheme } from './theme';

/* forced: by the address of the frame. */
export function applyLook(settings: Options, forced: Scheme): void
{
	const root = document.documentElement;
	const system = matchMedia('(prefers-color-scheme: dark)');
	let before: string[] = [];
	const apply = () => {
		const now = settings.get();
		const look = lookOf(now, isDark(now, forced, system.matches));

		for (const name of before)
			root.style.removeProperty(name);
		before = Object.keys(look.style);
		for (const [name, value] of Object.entries(look.style))
			root.style.setProperty(name, value);
		for (const name of ['messageStyle', 'barStyle'])
			delete root.dataset[name];
		Object.assign(root.dataset, look.flags, {
			theme: look.scheme, themeName: look.name,
			layout: now.layout || 'default',
		});
	};

	apply();
	system.addEventListener('change', apply);
	settings.subscribe(apply);
}
