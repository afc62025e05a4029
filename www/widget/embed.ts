/* embed.ts: the loader that customers put into their pages,
 *
 *   <script src="https://HOST/chat-widget/embed.js"
 *           data-embed-token="ew_…" async></script>
 *
 * data-widget-key is another name of the token. Optional: data-server-url (this
 * server, when the script is from elsewhere), data-title, data-customer-name,
 * data-position="left|right", data-color, data-bubble-text,
 * data-theme="light|dark". It makes two elements, the launcher and, when the
 * visitor first opens it, the iframe; it stores one thing, the session id, and
 * that only then. */

import { createBridge } from './bridge';
import type { FrameMessages, HostMessages } from './bridge';
import { createLauncher } from './launcher';
import type { LauncherOptions } from './launcher';
import { createPanel } from './panel';
import type { Panel } from './panel';
import { safeStorage } from '../shared/storage';
import { uuid } from '../shared/uuid';
import { default_title, frame_title } from '../locales/en.json';

type Settings = Partial<Record<string, string>>;

/* This page load's id when storage is forbidden. */
let unstored: string | undefined;

function sessionId(token: string): string
{
	const storage = safeStorage();
	const key = `cw_sid_${token}`;
	let id = storage.get(key) ?? unstored;

	if (!id) {
		id = unstored = uuid();
		storage.set(key, id);
	}
	return id;
}

function frameUrl(origin: string, token: string, data: Settings): string
{
	const url = new URL('/chat-widget', origin);
	const query: Settings = {
		embed_token: token,
		session_id: sessionId(token),
		title: data.title,
		customer_name: data.customerName,
		color: data.color,
		theme: data.theme,
		/* Without the query: it may hold what is not ours to know. */
		page_url: (location.origin + location.pathname).slice(0, 1000),
	};

	for (const [key, value] of Object.entries(query))
		if (value)
			url.searchParams.set(key, value);
	return url.href;
}

/* Keeps the page behind a full-screen panel from scrolling. */
function createLock(): (on: boolean) => void
{
	const { style } = document.documentElement;
	let before: string | undefined;

	return (on) => {
		if (on && before === undefined) {
			before = style.overflow;
			style.overflow = 'hidden';
		} else if (!on && before !== undefined) {
			style.overflow = before;
			before = undefined;
		}
	};
}

function onViewChange(fn: () => void): void
{
	window.addEventListener('resize', fn);
	window.visualViewport?.addEventListener('resize', fn);
	window.visualViewport?.addEventListener('scroll', fn);
}

function start(makePanel: (launcher: HTMLElement) => Panel,
	origin: string, options: LauncherOptions): void
{
	const lock = createLock();
	const launcher = createLauncher(options, () => toggle(!open));
	let panel: Panel | undefined;
	let open = false;
	/* The frame has spoken; before, only the launcher can close it. */
	let ready = false;
	const bridge = createBridge<FrameMessages, HostMessages>(
		() => panel?.element.contentWindow ?? null, origin, {
			ready: () => { ready = true; update(); },
			close: () => toggle(false),
			unread: ({ count }) => launcher.setUnread(Number(count) || 0),
		});
	const update = () => {
		if (!panel)
			return;
		const view = panel.place();
		const full = open && view.fullscreen && ready;
		launcher.setHidden(full);
		lock(full);
		if (ready) {
			bridge.send('viewport', view);
			bridge.send('open', { open });
		}
	};
	const toggle = (on: boolean) => {
		if (on)
			panel = ready && panel || makePanel(launcher.element);
		open = on;
		panel?.setOpen(on);
		launcher.setOpen(on);
		update();
		(on && panel || launcher).element.focus();
	};

	document.body.append(launcher.element);
	onViewChange(update);
}

/* The panel, made once; asked again, it is one that did not load. */
function panelMaker(origin: string, token: string, data: Settings):
	(launcher: HTMLElement) => Panel
{
	let panel: Panel | undefined;

	return (launcher) => {
		const src = frameUrl(origin, token, data);

		if (panel) {
			panel.element.src = src;
			return panel;
		}
		panel = createPanel(src,
			frame_title.replace('{title}', data.title || default_title),
			sideOf(data), data.theme, launcher);
		document.body.append(panel.element);
		launcher.setAttribute('aria-controls', panel.element.id);
		/* One layout before the opening, or there is no transition. */
		panel.place();
		panel.element.getBoundingClientRect();
		return panel;
	};
}

function sideOf(data: Settings): 'left' | 'right'
{
	return data.position === 'left' ? 'left' : 'right';
}

function main(): void
{
	const script = (document.currentScript ??
		document.querySelector(
			'script[data-widget-key],script[data-embed-token]')) as
		HTMLScriptElement | null;
	const token = script?.dataset.embedToken ?? script?.dataset.widgetKey;

	if (!script || !token || document.getElementById('baraza-launcher'))
		return;
	const run = () => {
		const data = { ...script.dataset };
		const { origin } = new URL(data.serverUrl || script.src);

		if (!document.getElementById('baraza-launcher'))
			start(panelMaker(origin, token, data), origin, {
				color: data.color, text: data.bubbleText,
				side: sideOf(data),
			});
	};

	if (document.body)
		run();
	else
		document.addEventListener('DOMContentLoaded', run);
}

main();
