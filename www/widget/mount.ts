/* mount.ts: what all loaders do: ask how the widget looks, draw its button
 * where it may be, and load the rest when it is wanted.
 *
 * HOST_FILE is put in by build.mjs. Nothing is stored before the visitor opens
 * the chat, and no address has a token in it. */
/* SPDX-License-Identifier: MIT */

import { createLauncher } from './launcher';
import { isOn, setting } from './seat';
import type { Config, Host, Props, Seat } from './seat';
import { isAllowed, watchPlace } from './where';
import { launcher_close, launcher_open } from '../locales/en.json';

declare const HOST_FILE: string;

/* Longer is not waited for the owner's settings. */
const CONFIG_MS = 10000;

export interface MountOptions {
	origin: string;
	key: string;
	widget: string;
	props: Props;
	root: Node;
	instance: unknown;
	stateOf?: Seat['stateOf'];
	emit: Seat['emit'];
	/* Stood there before the button was drawn. */
	values?: Record<string, unknown>;
}

export interface Mounted {
	readonly open: boolean;
	toggle(open: boolean): void;
	show(shown: boolean): void;
	set(name: string, value: unknown): void;
	load(): Promise<unknown>;
	/* Waits until the chat is loaded; wake: loads it for that. */
	call(name: string, args: readonly unknown[], wake: boolean):
		Promise<unknown>;
	remove(): void;
}

/* null: this page may have no widget. Where nothing gets through it has the
 * looks of the house, and the frame will say what is the matter. */
async function readConfig({ origin, key, widget, props }: MountOptions):
	Promise<Config | null>
{
	const house = { words: { launcher_close, launcher_open },
		settings: {}, peek: [] };

	try {
		const answer = await fetch(`${origin}/chat-widget/config`, {
			method: 'POST', credentials: 'omit',
			signal: AbortSignal.timeout?.(CONFIG_MS),
			/* text/plain: no preflight */
			body: JSON.stringify({
				...(key ? { key } : { widget }),
				languages: props.language
					? props.language.split(',')
					: navigator.languages,
			}),
		});

		if (answer.status === 403)
			return null;
		return answer.ok ? await answer.json() as Config : house;
	} catch {
		return house;
	}
}

let loading: Promise<void> | undefined;

/* A script element, for a module would have to be shared with all sites. */
function loadHost(origin: string): Promise<void>
{
	loading ??= new Promise((resolve, reject) => {
		const script = document.createElement('script');

		script.src = origin + HOST_FILE;
		script.onload = () => resolve();
		script.onerror = () => {
			script.remove();
			loading = undefined;
			reject();
		};
		document.head.append(script);
	});
	return loading;
}

function sessionItem(key: string, value?: string): string | null
{
	try {
		if (value !== undefined)
			sessionStorage.setItem(key, value);
		return sessionStorage.getItem(key);
	} catch {
		return null;
	}
}

/* left|right of old, top-left, …; fullscreen has the usual corner. */
function cornerOf(position: string):
	{ side: 'left' | 'right'; edge: 'top' | 'bottom' }
{
	return { side: /left/.test(position) ? 'left' : 'right',
		edge: /^top/.test(position) ? 'top' : 'bottom' };
}

/* Gives null where there may be no widget. */
export async function mount(options: MountOptions): Promise<Mounted | null>
{
	const config = await readConfig(options);

	if (!config)
		return null;
	const { props, origin } = options;
	const memory = `baraza-open-${options.key || options.widget}`;
	const look = { props, config };
	const kept = sessionItem(memory);
	const inline = setting(look, 'layout') === 'inline';
	let host: Promise<Host> | undefined;
	let ready: Host | undefined;
	let open = false;
	let shown = !isOn(props.hidden ?? '');
	const seat: Seat = {
		...options, config, values: options.values ?? {},
		launcher: createLauncher({
			color: setting(look, 'color') || undefined,
			text: setting(look, 'bubble_text', 'bubbleText'),
			icon: props.buttonIcon ?? config.icons?.button ??
				config.icon ?? '',
			...cornerOf(setting(look, 'position')),
			words: config.words,
		}, () => toggle(!open, true)),
		remember: (on) => {
			open = on;
			sessionItem(memory, on ? '1' : '0');
		},
	};
	const { launcher } = seat;
	const wake = () => host ??= loadHost(origin).then(() => {
		ready = window.barazaHost!(seat);
		ready.show(isHere());
		return ready;
	});
	const toggle = (on: boolean, byVisitor: boolean) => {
		open = on;
		launcher.setOpen(on);
		wake().then((it) => it.toggle(open, byVisitor), () => {
			host = undefined;
			open = false;
			launcher.setOpen(false);
		});
	};
	const isHere = () => shown &&
		isAllowed(config.settings.allowed_paths, location.pathname);
	const update = () => {
		const here = isHere();

		launcher.setShown(here && !inline && props.hideButton === undefined);
		ready?.show(here);
	};
	const unwatch = watchPlace(update);

	options.root.appendChild(launcher.element);
	update();
	if (inline || isOn(props.open ?? '') || kept === '1' && innerWidth >= 480)
		toggle(true, false);
	else if (kept !== null)
		/* It was open on another page: news are shown on the button. */
		void wake().then((it) => it.toggle(false, false), () => undefined);
	else if (config.peek.length > 0 || setting(look, 'plugins'))
		void wake().then((it) => it.peek(config.peek), () => undefined);
	return {
		get open() { return open; },
		load: wake,
		toggle: (on) => { if (on !== open) toggle(on, false); },
		show: (on) => { shown = on; update(); },
		set: (name, value) => {
			seat.values[name] = value;
			ready?.set(name, value);
		},
		call: async (name, args, must) =>
			must || host ? (await wake()).call(name, args) : undefined,
		remove: () => {
			unwatch();
			launcher.element.remove();
			ready?.remove();
		},
	};
}
