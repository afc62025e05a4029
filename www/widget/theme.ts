/* theme.ts: how the widget looks: the owner's colours and theme as custom
 * properties. Only known keys count, and only values that are colours, sizes or
 * one of a few words; nothing that an owner wrote becomes a rule. What is
 * written on a colour stays readable, whatever the colour is. */

import { brandFrom, contrast, luminance, mix, parseColor, readableOn, textOn,
	toHex } from '../shared/color';
import type { Rgb } from '../shared/color';
import type { Settings } from './options';
import { COLORS, FLAGS, PRESETS, SIZES } from './theme-keys';
import type { Config } from './theme-keys';

const DAY: Rgb = [255, 255, 255];
const NIGHT: Rgb = [16, 21, 30];
const DAY_TEXT: Rgb = [19, 25, 36];
const NIGHT_TEXT: Rgb = [242, 244, 247];
/* WCAG asks for 4.5; colours are rounded afterwards. */
const READABLE = 4.6;
const DARK_LUMINANCE = 0.18;
const SIZE = /^(\d{1,3}(?:\.\d{1,3})?)(px|em|rem|%)?$/;
const SIZE_MAX: Record<string, number> = { px: 64, em: 4, rem: 4, '%': 100 };

export type Scheme = 'light' | 'dark' | null;

export interface Theme {
	name: string;
	config: Config;
}

/* "name/key=value", a JSON text of either shape, or an object. */
export function readTheme(theme: Settings['theme']): Theme
{
	if (typeof theme !== 'string')
		return fromObject(theme);
	if (theme.trim().startsWith('{')) {
		try {
			return fromObject(JSON.parse(theme));
		} catch {
			return { name: '', config: {} };
		}
	}
	const [name = '', ...pairs] = theme.split('/');
	const config: Config = {};

	for (const pair of pairs) {
		const at = pair.indexOf('=');

		if (at > 0)
			config[pair.slice(0, at)] =
				pair.slice(at + 1).replace(/%2F/gi, '/');
	}
	return withPreset(name, config);
}

function fromObject(theme: unknown): Theme
{
	if (typeof theme !== 'object' || theme === null)
		return { name: '', config: {} };
	const { name, config, ...flat } = theme as Record<string, unknown>;
	const given = typeof config === 'object' && config !== null
		? config as Record<string, unknown> : flat;
	const texts: Config = {};

	for (const [key, value] of Object.entries(given))
		if (['string', 'number', 'boolean'].includes(typeof value))
			texts[key] = String(value);
	return withPreset(typeof name === 'string' ? name : '', texts);
}

function withPreset(given: string, config: Config): Theme
{
	const name = given.trim().toLowerCase();
	const known = Object.prototype.hasOwnProperty.call(PRESETS, name)
		? name : '';

	return { name: known, config: { ...PRESETS[known], ...config } };
}

/* A length that CSS takes; a bare number is pixels. null: none, or too big. */
export function sizeOf(text: string | undefined): string | null
{
	const [, number, unit = 'px'] = SIZE.exec(text?.trim() ?? '') ?? [];

	return number === undefined || Number(number) > SIZE_MAX[unit]!
		? null : `${Number(number)}${unit}`;
}

/* Whether it is dark: by name, else by the background, else as the system. */
export function isDark(settings: Settings, forced: Scheme,
	system: boolean): boolean
{
	const { name } = readTheme(settings.theme);
	const ground = parseColor(settings.background_color);

	if (forced !== null)
		return forced === 'dark';
	if (name === 'light' || name === 'dark')
		return name === 'dark';
	return ground && luminance(ground) < DARK_LUMINANCE ? true : system;
}

export interface Look {
	scheme: 'light' | 'dark';
	name: string;
	flags: Record<string, string>;
	/* Custom properties, by name. */
	style: Record<string, string>;
}

/* A colour, and what is written on it: the wished one if that can be read. */
function pair(fill: Rgb, wished: Rgb | null): [string, string]
{
	const on = wished === null ? textOn(fill)
		: readableOn(wished, fill, READABLE);

	return contrast(on, fill) >= READABLE ? [toHex(fill), toHex(on)]
		: [toHex(readableOn(fill, on, READABLE)), toHex(on)];
}

/* The second colour by day; by night what it is a shade of. */
function bubble(settings: Settings, dark: boolean, ground: Rgb): Rgb
{
	const color = parseColor(settings.secondary_color) ??
		mix(ground, dark ? NIGHT_TEXT : DAY_TEXT, dark ? 0.1 : 0.06);

	return dark && luminance(color) > DARK_LUMINANCE
		? mix(mix(ground, color, 0.06),
			parseColor(settings.color) ?? color, 0.12) : color;
}

function groundOf(settings: Settings, config: Config, dark: boolean): Rgb
{
	const own = parseColor(config.framePrimary) ??
		parseColor(settings.background_color);

	return own && luminance(own) < DARK_LUMINANCE === dark ? own
		: dark ? NIGHT : DAY;
}

export function lookOf(settings: Settings, dark: boolean): Look
{
	const { name, config } = readTheme(settings.theme);
	const ground = groundOf(settings, config, dark);
	const brand = brandFrom(settings.color, ground);
	const text = readableOn(dark ? NIGHT_TEXT : DAY_TEXT, ground, 7);
	const muted = readableOn(mix(text, ground, 0.4), ground, READABLE);
	const [other, onOther] = pair(bubble(settings, dark, ground), null);
	const style: Record<string, string> = {
		'--brand': brand.fill, '--on-brand': brand.onFill,
		'--brand-ink': brand.ink, '--brand-tint': brand.tint,
		'--ground': toHex(ground), '--text': toHex(text),
		'--text-muted': toHex(muted),
		'--bubble': other, '--on-bubble': onOther,
		'--text-widget': `${settings.font_size}px`,
	};

	for (const [key, { on, text: textKey, as, asText }] of
		Object.entries(COLORS)) {
		const wished = parseColor(textKey ? config[textKey] : undefined);
		const fill = parseColor(config[key]);
		const under = fill ?? parseColor(style[on]) ?? ground;

		if (fill && !asText) {
			style[as!] = toHex(fill);
		} else if (asText && (fill || wished)) {
			const [a, b] = pair(under, wished);

			if (fill)
				style[as!] = a;
			style[asText] = b;
		}
	}
	for (const [key, property] of Object.entries(SIZES)) {
		const size = sizeOf(config[key]);

		if (size !== null)
			style[property] = size;
	}
	return { scheme: dark ? 'dark' : 'light', name,
		flags: flagsOf(config), style };
}

function flagsOf(config: Config): Record<string, string>
{
	const flags: Record<string, string> = {};

	for (const [key, choices] of Object.entries(FLAGS))
		if (choices.includes(config[key] ?? ''))
			flags[key] = config[key]!;
	return flags;
}
