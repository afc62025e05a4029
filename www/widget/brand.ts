/* brand.ts: the owner's colour as custom properties, safe to read by day and
 * by night */

import { brandFrom } from '../shared/color';
import type { Rgb } from '../shared/color';
import type { Options } from './options';

const DAY: Rgb = [255, 255, 255];
const NIGHT: Rgb = [16, 21, 30];

/* Puts the colour on the page now, and again whenever it changes or day turns
 * to night. */
export function applyBrand(settings: Options,
	theme: 'light' | 'dark' | null): void
{
	const root = document.documentElement;
	const system = matchMedia('(prefers-color-scheme: dark)');
	const apply = () => {
		const dark = theme === 'dark' || (theme === null && system.matches);
		const brand = brandFrom(settings.get().color,
			dark ? NIGHT : DAY);

		root.style.setProperty('--brand', brand.fill);
		root.style.setProperty('--on-brand', brand.onFill);
		root.style.setProperty('--brand-ink', brand.ink);
		root.style.setProperty('--brand-tint', brand.tint);
	};

	if (theme !== null)
		root.dataset.theme = theme;
	apply();
	system.addEventListener('change', apply);
	settings.subscribe(apply);
}
