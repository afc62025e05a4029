/* options.ts: widgets as the server tells them, and what was changed on one
 * and not stored yet */
/* SPDX-License-Identifier: MIT */

export type Value = null | boolean | number | string | readonly Value[] |
	{ readonly [name: string]: Value };
export type Values = Readonly<Record<string, Value>>;

export type OptionType = 'boolean' | 'number' | 'line' | 'text' | 'choice' |
	'color' | 'list' | 'names' | 'theme' | 'translations';

export interface Option {
	key: string;
	type: OptionType;
	/* of numbers themselves, of texts characters, of lists items */
	min: number;
	max: number;
	choices: readonly string[];
	default: Value;
	group: string;
	label: string;
	help: string;
	public: boolean;
}

export interface Chatbot {
	id: string;
	name: string;
}

/* What the list tells of each. */
export interface WidgetRow {
	id: string;
	name: string;
	chatbot_id: string | null;
	chatbot_name: string | null;
	is_active: boolean;
	allowed_origins: readonly string[];
	created_at: string;
	updated_at: string;
	last_used_at: string | null;
}

export interface Widget extends WidgetRow {
	/* its own; what it does not have holds from inherited */
	settings: Values;
	inherited: Values;
	has_identity_secret: boolean;
}

/* The members that can be changed; a setting of null becomes unset. */
export interface Draft {
	name?: string;
	chatbot_id?: string;
	is_active?: boolean;
	allowed_origins?: readonly string[];
	settings?: Values;
}

function same(a: unknown, b: unknown): boolean
{
	return JSON.stringify(a) === JSON.stringify(b);
}

/* An empty text, list or object means the same as none. */
export function isEmpty(value: Value | undefined): boolean
{
	return value === undefined || value === null || value === '' ||
		(typeof value === 'object' && Object.keys(value).length === 0);
}

/* What would be sent: without what is again as it was. */
export function trimmed(draft: Draft, widget: Widget): Draft
{
	const kept: Record<string, unknown> = {};
	const settings = Object.entries(draft.settings ?? {}).filter(
		([key, value]) => !same(isEmpty(value) ? null : value,
			widget.settings[key] ?? null));

	for (const key of ['name', 'chatbot_id', 'is_active',
		'allowed_origins'] as const)
		if (draft[key] !== undefined && !same(draft[key], widget[key]))
			kept[key] = draft[key];
	if (settings.length > 0)
		kept.settings = Object.fromEntries(settings.map(
			([key, value]) => [key, isEmpty(value) ? null : value]));
	return kept as Draft;
}

export function isChanged(draft: Draft, widget: Widget): boolean
{
	return Object.keys(trimmed(draft, widget)).length > 0;
}

/* The widget as it would be with the changes stored. */
export function applied(widget: Widget, draft: Draft): Widget
{
	const { settings = {}, ...more } = draft;
	const own = Object.entries({ ...widget.settings, ...settings })
		.filter(([, value]) => !isEmpty(value));

	return { ...widget, ...more, settings: Object.fromEntries(own) };
}

/* Changes that were refused, under those that were made since. */
export function restored(refused: Draft, since: Draft): Draft
{
	return { ...refused, ...since,
		settings: { ...refused.settings, ...since.settings } };
}

/* What holds for every option. */
export function effective(widget: Widget): Values
{
	return { ...widget.inherited, ...widget.settings };
}

/* The same for a visitor's page, which may not know all. */
export function publicValues(options: readonly Option[], values: Values):
	Values
{
	return Object.fromEntries(options.filter((o) => o.public)
		.map((o) => [o.key, values[o.key] ?? null]));
}

export const characters = (text: string) => [...text].length;

const COLOR = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i;
const NAMES = /^[A-Za-z0-9_-]*( *, *[A-Za-z0-9_-]*)*$/;
const ITEM_MAX = 300;

/* What is wrong with a value, in words; the server has the last one. */
export function fault(option: Option, value: Value | undefined): string | null
{
	if (isEmpty(value))
		return null;
	switch (option.type) {
	case 'number':
		return typeof value === 'number' && value >= option.min &&
			value <= option.max ? null
			: `A number from ${option.min} to ${option.max}.`;
	case 'line':
	case 'text':
		return characters(String(value)) <= option.max ? null
			: `At most ${option.max} characters.`;
	case 'color':
		return COLOR.test(String(value)) ? null
			: 'A colour such as #0066ff.';
	case 'names':
		return NAMES.test(String(value)) ? null
			: 'Letters, digits, - and _, divided by commas.';
	case 'list':
		return listFault(option, value as readonly string[]);
	default:
		return null;
	}
}

function listFault(option: Option, list: readonly string[]): string | null
{
	if (list.length > option.max)
		return `At most ${option.max} lines.`;
	return list.some((line) => characters(line) > ITEM_MAX)
		? `At most ${ITEM_MAX} characters in a line.` : null;
}

/* Faults of all that was changed, by key. */
export function faults(options: readonly Option[], draft: Draft):
	Record<string, string>
{
	const found: Record<string, string> = {};

	for (const option of options) {
		const why = fault(option, draft.settings?.[option.key]);

		if (why !== null)
			found[option.key] = why;
	}
	return found;
}

/* The server's sentence begins with the member it is about. */
export function refusedMember(message: string): string | null
{
	return /^([a-z_]+) /.exec(message)?.[1] ?? null;
}

/* A text field of lines, both ways; spaces around them mean nothing. */
export function linesOf(text: string): string[]
{
	return text.split('\n').map((line) => line.trim())
		.filter((line) => line !== '');
}
