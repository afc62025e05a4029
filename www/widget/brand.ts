/* brand.ts: the owner's colour as custom properties, safe to read by day and
 * by night */

import { brandFrom } from '../shared/color';
import type { Rgb } from '../shared/color';

const DAY: Rgb = [255, 255, 255];
const NIGHT: Rgb = [16, 21, 30];

/* Puts a colour on the page now, and again whenever day turns to night. The
 * function that comes back changes the colour. */
export function applyBrand(first: string | null,
	theme: 'light' | 'dark' | null): (color: string) => void
{
	const root = document.documentElement;
	const system = matchMedia('(prefers-color-scheme: dark)');
	let color = first;
	const apply = () => {
		const dark = theme === 'dark' || (theme === null && system.matches);
		const brand = brandFrom(color, dark ? NIGHT : DAY);

		root.style.setProperty('--brand', brand.fill);
		root.style.setProperty('--on-brand', brand.onFill);
		root.style.setProperty('--brand-ink', brand.ink);
		root.style.setProperty('--brand-tint', brand.tint);
	};

	if (theme !== null)
		root.dataset.theme = theme;
	apply();
	system.addEventListener('change', apply);
	return (next) => {
		color = next;
		apply();
	};
}
