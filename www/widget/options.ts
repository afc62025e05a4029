/* options.ts: the settings of the widget: what the server says of the table of
 * options, above it what the page around the frame wishes, below both the
 * values that hold while nothing is known. Whoever draws something that can be
 * set watches this store. */

import { Store } from '../shared/store';

/* Words of one language, by the names of the widget API (title, restart, …). */
export type Words = Record<string, string>;

export interface Settings {
	title: string;
	bot_name: string;
	greeting: string;
	intro: string;
	initial: string;
	starters: string[];
	placeholder: string;
	bubble_text: string;
	/* "name/key=value", or an object: theme.ts */
	theme: string | Record<string, unknown>;
	color: string;
	secondary_color: string;
	background_color: string;
	layout: string;
	position: string;
	width: number;
	height: number;
	font_size: number;
	bot_avatar_icon: string;
	powered_by: boolean;
	language: string;
	start_first: boolean;
	stream: boolean;
	verbose: boolean;
	tools: boolean;
	unfurl: boolean;
	math: boolean;
	carousel: boolean;
	form: boolean;
	attachments: boolean;
	contact_collection: boolean;
	auto_scroll: boolean;
	export_conversation: boolean;
	restart_conversation: boolean;
	maximize: boolean;
	message_peek: boolean;
	voice_in: boolean;
	voice_out: boolean;
	plugins: string;
	allowed_paths: string[];
	identity_verification: boolean;
	translations: Record<string, Words>;
	/* Addresses of uploaded pictures, by slot: bar, user, bot, button. */
	icons: Record<string, string>;
	/* What is not in the table: wishes of the page alone. */
	hide_bar: boolean;
}

/* What holds until the server has answered. What it would show too early is
 * off. */
export const DEFAULTS: Settings = {
	title: '', bot_name: '', greeting: '', intro: '', initial: '',
	starters: [], placeholder: '', bubble_text: '', theme: '',
	color: '#0066ff', secondary_color: '', background_color: '',
	layout: '', position: 'bottom-right', width: 380, height: 600,
	font_size: 13.5, bot_avatar_icon: '', powered_by: false, language: '',
	start_first: false, stream: true, verbose: false, tools: false,
	unfurl: false, math: false, carousel: false, form: false,
	attachments: false, contact_collection: false, auto_scroll: true,
	export_conversation: false, restart_conversation: false,
	maximize: false, message_peek: true, voice_in: false,
	voice_out: false, plugins: '', allowed_paths: [],
	identity_verification: false, translations: {}, icons: {},
	hide_bar: false,
};

export type Overrides = Partial<Settings>;

/* A value of the same kind as the default's: what else comes is not believed.
 * null and '' of the page mean that it has no wish. */
function fits(key: keyof Settings, value: unknown): boolean
{
	const other = DEFAULTS[key];

	if (key === 'theme')
		return typeof value === 'string' || isObject(value);
	if (Array.isArray(other))
		return Array.isArray(value) &&
			value.every((item) => typeof item === 'string');
	if (typeof other === 'object')
		return isObject(value);
	return typeof value === typeof other &&
		(typeof value !== 'number' || Number.isFinite(value));
}

function isObject(value: unknown): boolean
{
	return typeof value === 'object' && value !== null &&
		!Array.isArray(value);
}

function taken(values: unknown): Overrides
{
	const given = (isObject(values) ? values : {}) as
		Record<string, unknown>;
	const result: Record<string, unknown> = {};

	for (const key of Object.keys(DEFAULTS) as (keyof Settings)[])
		if (Object.prototype.hasOwnProperty.call(given, key) &&
		    fits(key, given[key]))
			result[key] = given[key];
	return result as Overrides;
}

export class Options extends Store<Settings> {
	private server: Overrides = {};
	private wishes: Overrides = {};
	/* The server has said what holds. */
	known = false;

	constructor(wishes: Overrides = {})
	{
		super({ ...DEFAULTS, ...taken(wishes) });
		this.wishes = taken(wishes);
	}

	/* `settings` of /chat-widget/open. */
	answered(values: unknown): void
	{
		this.server = taken(values);
		this.known = true;
		this.mix();
	}

	/* What the page wishes, above what it wished before. A value of
	 * another kind (null) takes a wish back. */
	wish(values: unknown): void
	{
		const fresh = taken(values);

		for (const key of Object.keys(isObject(values)
			? values as object : {}))
			if (key in this.wishes && !(key in fresh))
				delete this.wishes[key as keyof Settings];
		this.wishes = { ...this.wishes, ...fresh };
		this.mix();
	}

	/* What the server has said, and what the page wishes. */
	served<K extends keyof Settings>(key: K): Settings[K]
	{
		return this.server[key] ?? DEFAULTS[key];
	}

	wished<K extends keyof Settings>(key: K): Settings[K] | undefined
	{
		return this.wishes[key];
	}

	/* Whether the page around the frame has a wish of its own. */
	isWished(key: keyof Settings): boolean
	{
		return key in this.wishes;
	}

	private mix(): void
	{
		this.set({ ...DEFAULTS, ...this.server, ...this.wishes });
	}
}
