/* seat.ts: what a loader and the host code that it loads later share: one
 * widget on one page */
/* SPDX-License-Identifier: MIT */

import type { Launcher } from './launcher';

/* Of the loader itself, in the visitor's language. */
export type Words = Readonly<Record<'launcher_open' | 'launcher_close',
	string>> & Readonly<Partial<Record<'launcher_unread' | 'frame_title' |
	'default_title' | 'peek_close', string>>>;

/* What /chat-widget/config answers. */
export interface Config {
	/* Absent where the page lets nothing through but the frame. */
	widget_id?: string;
	words: Words;
	settings: Readonly<Record<string, unknown>>;
	peek: readonly string[];
	/* Path of bot_avatar_icon. */
	icon?: string;
	/* Addresses of the owner's pictures: bar, user, bot, button. */
	icons?: Readonly<Record<string, string>>;
}

/* What the page says in data-* or attributes, by their camelCase names. */
export type Props = Partial<Record<string, string>>;

export interface Seat {
	/* Of this server. */
	origin: string;
	key: string;
	widget: string;
	props: Props;
	config: Config;
	/* Where button and frame are put. */
	root: Node;
	launcher: Launcher;
	/* Set by the page, by name: contact, functions, … */
	values: Record<string, unknown>;
	/* What plugins are given: the element, or what stands for it. */
	instance: unknown;
	/* With an element: what it knows (element.ts). */
	stateOf?: ((element: object) => any) | undefined;
	/* Tells the page; name is that of the event. */
	emit(name: string, data: unknown): void;
	/* The visitor's choice is kept for the next page of this tab. */
	remember(open: boolean): void;
}

/* What host.ts gives to the loader for a seat. */
export interface Host {
	toggle(open: boolean, byVisitor: boolean): void;
	/* Off the page's paths, or hidden by the page. */
	show(shown: boolean): void;
	set(name: string, value: unknown): void;
	call(name: string, args: readonly unknown[]): unknown;
	peek(lines: readonly string[]): void;
	remove(): void;
}

declare global {
	interface Window {
		barazaHost?: (seat: Seat) => Host;
	}
}

/* An option of the widget, unless the page says otherwise. */
export function setting(seat: Pick<Seat, 'props' | 'config'>, key: string,
	prop = key): string
{
	const value = seat.props[prop] ?? seat.config.settings[key];

	return value === null || value === undefined ? '' : `${value as string}`;
}

export function isOn(text: string): boolean
{
	return /^(true|on|1)$/i.test(text);
}
