/* host.ts: what a loader loads when the chat is first opened: the frame and its
 * place on the page, the talk with it, and what the page calls */
/* SPDX-License-Identifier: MIT */

import { createBadge } from './badge';
import { createBridge } from './bridge';
import type { Details, FrameMessages, HostMessages, Identity } from './bridge';
import { Calls } from './calls';
import type { WidgetElement } from './element';
import { equip } from './element-api';
import { elementMethods } from './element-methods';
import { wordsOf } from './host-words';
import { css } from './launcher';
import { createPanel } from './panel';
import type { Panel } from './panel';
import { createPeek } from './peek';
import type { Peek } from './peek';
import { setting } from './seat';
import type { Host, Seat } from './seat';
import { keepSession, sessionId } from './session';

interface Plugin {
	default?: (instance: unknown) => void;
	init?: (instance: unknown) => void;
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

function onViewChange(fn: () => void): () => void
{
	const stop = new AbortController();
	const { signal } = stop;

	addEventListener('resize', fn, { signal });
	window.visualViewport?.addEventListener('resize', fn, { signal });
	window.visualViewport?.addEventListener('scroll', fn, { signal });
	return () => stop.abort();
}

/* What a page reads is a copy that it cannot change. */
function frozen<T>(value: T): T
{
	if (typeof value === 'object' && value !== null)
		Object.values(Object.freeze(value)).forEach(frozen);
	return value;
}

/* Each is a module of this server that is given the element, or what stands
 * for it. */
function loadPlugins({ origin, instance, ...seat }: Seat): void
{
	const names = setting(seat, 'plugins').split(',')
		.map((name) => name.trim()).filter(Boolean);

	for (const name of names)
		import(`${origin}/integrations/widget/plugins/` +
			`${encodeURIComponent(name)}.js`).then((plugin: Plugin) =>
			(plugin.default ?? plugin.init)?.(instance)).catch(
			(error: unknown) => console.warn('baraza:', name, error));
}

class Place implements Host {
	private panel: Panel | undefined;
	private card: Peek | undefined;
	private open = false;
	private count = 0;
	private readonly badge;
	private shown = true;
	private maximized = false;
	/* The frame has spoken; before, only the launcher can close it. */
	private ready = false;
	private readonly lock = createLock();
	private readonly unwatch = onViewChange(() => this.update());
	private readonly name: string;
	private readonly calls: Calls;
	private readonly bridge;

	constructor(private readonly seat: Seat)
	{
		this.badge = createBadge(seat);
		this.name = seat.props.session || seat.key || seat.widget;
		this.bridge = createBridge<FrameMessages, HostMessages>(
			() => this.panel?.element.contentWindow ?? null,
			seat.origin, {
				ready: () => this.greet(),
				close: () => this.toggle(false, true),
				unread: (news) => this.unread(news),
				session: ({ session_id: id }) =>
					keepSession(this.name, id),
				peek: ({ messages }) => this.peek(messages.slice(-2)
					.flatMap(({ name, text }) => [name, text])
					.filter(Boolean)),
				maximize: ({ on }) => {
					this.maximized = on;
					this.update();
				},
				event: ({ name, data }) => seat.emit(name, data),
				value: ({ name, value }) =>
					seat.values[name] = frozen(value),
				answer: (answer) => this.calls.answer(answer),
				run: (run) => void this.calls.run(run),
			});
		this.calls = new Calls(seat, (name, data) =>
			this.bridge.send(name, data));
		if (seat.stateOf)
			equip(seat.instance as WidgetElement, seat.stateOf);
		loadPlugins(seat);
	}

	toggle(open: boolean, byVisitor: boolean): void
	{
		const { launcher } = this.seat;

		this.makePanel(open && !this.ready);
		this.open = open;
		this.card?.hide();
		this.panel!.setOpen(open && this.shown);
		launcher.setOpen(open);
		this.badge(open ? 0 : this.count);
		if (byVisitor || open)
			this.seat.remember(open);
		this.update();
		/* A page that opens the chat by itself keeps its focus. */
		if (byVisitor)
			(open ? this.panel! : launcher).element.focus();
	}

	show(shown: boolean): void
	{
		this.shown = shown;
		this.panel?.setOpen(this.open && shown);
		if (!shown)
			this.card?.hide();
		if (this.ready)
			this.bridge.send('pause', { paused: !shown });
		this.update();
	}

	set(name: string, value: unknown): void
	{
		if (this.ready)
			this.calls.set(name, value);
	}

	call(name: string, args: readonly unknown[]): unknown
	{
		if (name === 'maximize' || name === 'minimize') {
			this.maximized = name === 'maximize';
			return this.update();
		}
		const own = elementMethods[name];

		if (own)
			return own(this.seat.instance, ...args);
		this.makePanel(false);
		return this.calls.call(name, args, this.ready);
	}

	peek(lines: readonly string[]): void
	{
		if (this.open || !this.shown || lines.length === 0 ||
		    setting(this.seat, 'message_peek', 'messagePeek') === 'false')
			return;
		this.card ??= createPeek(this.seat, () => this.toggle(true, true));
		this.card.show(lines);
	}

	remove(): void
	{
		this.lock(false);
		this.unwatch();
		this.bridge.close();
		this.panel?.element.remove();
		this.card?.remove();
	}

	/* again: one that is there has not loaded. */
	private makePanel(again: boolean): void
	{
		const { seat, panel } = this;

		if (panel) {
			if (again)
				panel.element.src = `${panel.element.src}`;
			return;
		}
		const words = wordsOf(seat);

		this.panel = createPanel(seat, words.frame_title.replace('{title}',
			() => setting(seat, 'title') || words.default_title));
		seat.root.appendChild(this.panel.element);
		seat.launcher.element.setAttribute('aria-controls',
			this.panel.element.id);
		/* One layout before the opening, or there is no transition. */
		this.panel.place(false);
		this.panel.element.getBoundingClientRect();
	}

	/* Whenever the page in the frame is loaded. */
	private greet(): void
	{
		const { seat } = this;

		this.ready = true;
		this.bridge.send('init', {
			key: seat.key,
			widget: seat.config.widget_id ?? seat.widget,
			session: seat.props.sessionId ?? sessionId(this.name),
			/* Without the query: it may hold what is not ours to know. */
			page_url: (location.origin + location.pathname).slice(0, 1000),
			props: { ...seat.props },
			identity: seat.values.identity as Identity ?? null,
			details: seat.values.details as Details ?? null,
		});
		if (!this.shown)
			this.bridge.send('pause', { paused: true });
		this.calls.start();
		this.update();
	}

	private unread({ count }: FrameMessages['unread']): void
	{
		this.count = Number(count) || 0;
		this.seat.launcher.setOpen(this.open);
		this.badge(this.open ? 0 : this.count);
		if (!this.count)
			this.card?.hide();
	}

	private update(): void
	{
		const { panel, seat, open, ready, shown } = this;

		if (!panel)
			return;
		const view = panel.place(this.maximized);
		const full = open && shown && view.fullscreen && ready;

		/* Out of sight, but there to be measured. */
		css(seat.launcher.element, { visibility: full ? 'hidden' : 'visible' });
		this.lock(full);
		if (ready) {
			this.bridge.send('viewport', view);
			this.bridge.send('open', { open });
		}
	}
}

window.barazaHost = (seat) => new Place(seat);
