/* color.ts: WCAG contrast, and a brand colour made usable from whatever the
 * owner typed */

export type Rgb = readonly [number, number, number];

const SHORT = /^#?([0-9a-f])([0-9a-f])([0-9a-f])$/i;
const LONG = /^#?([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i;
const WHITE: Rgb = [255, 255, 255];
const BLACK: Rgb = [0, 0, 0];
const TEXT_RATIO = 4.5;
const SURFACE_RATIO = 1.12;
const STEP = 0.04;

/* #rgb or #rrggbb, with or without the #; null for anything else. */
export function parseColor(text: string | null | undefined): Rgb | null
{
	const s = text?.trim() ?? '';
	const m = LONG.exec(s) ?? SHORT.exec(s);

	if (m === null)
		return null;
	const part = (i: number) => {
		const hex = m[i]!;
		return parseInt(hex.length === 1 ? hex + hex : hex, 16);
	};

	return [part(1), part(2), part(3)];
}

export function toHex(color: Rgb): string
{
	return '#' + color.map((c) =>
		Math.round(c).toString(16).padStart(2, '0')).join('');
}

function linear(channel: number): number
{
	const c = channel / 255;

	return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
}

export function luminance([r, g, b]: Rgb): number
{
	return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
}

/* 1 (equal) to 21 (black on white). */
export function contrast(a: Rgb, b: Rgb): number
{
	const [x, y] = [luminance(a), luminance(b)];

	return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

export function mix(a: Rgb, b: Rgb, share: number): Rgb
{
	const at = (i: 0 | 1 | 2) => a[i] + (b[i] - a[i]) * share;

	return [at(0), at(1), at(2)];
}

/* Moves color towards black or white until it stands out from ground. */
export function readableOn(color: Rgb, ground: Rgb, ratio: number): Rgb
{
	const pole = luminance(ground) > 0.18 ? BLACK : WHITE;

	for (let share = 0; share < 1; share += STEP) {
		const tried = mix(color, pole, share);
		if (contrast(tried, ground) >= ratio)
			return tried;
	}
	return pole;
}

/* White where it can be read, for coloured surfaces look better so. */
export function textOn(color: Rgb): Rgb
{
	const white = contrast(color, WHITE);

	if (white >= TEXT_RATIO)
		return WHITE;
	return contrast(color, BLACK) >= white ? BLACK : WHITE;
}

export interface Brand {
	/* Filled surfaces, and the text on them. */
	fill: string;
	onFill: string;
	/* Brand-coloured text and rings on the page's ground. */
	ink: string;
	tint: string;
}

/* ground is the page's background: white-ish by day, dark by night. Falls
 * back to the product's blue when the colour cannot be parsed. */
export function brandFrom(text: string | null | undefined,
	ground: Rgb): Brand
{
	const color = parseColor(text) ?? [0, 102, 255] as const;
	/* A white bubble on a white page would be none. */
	const apart = readableOn(color, ground, SURFACE_RATIO);
	const on = textOn(apart);
	const fill = readableOn(apart, on, TEXT_RATIO);

	const tint = mix(ground, color, 0.1);
	/* It stands on the tint too: the letters of an avatar. */
	const ink = readableOn(readableOn(color, ground, TEXT_RATIO + 0.6),
		tint, TEXT_RATIO + 0.1);

	return { fill: toHex(fill), onFill: toHex(on), ink: toHex(ink),
		tint: toHex(tint) };
}
