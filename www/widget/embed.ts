/* embed.ts: the loader that customers put into their pages,
 *
 *   <script src="https://HOST/chat-widget/embed.js"
 *           data-embed-token="ew_…" async></script>
 *
 * or /widget.js with data-widget-key, which is the same. What else it takes is
 * in docs/widget.md. window.SarufiWidget may stand there before it, as an array
 * of calls: [['identify', 'amina@shop.example']]. */
/* SPDX-License-Identifier: MIT */

import { mount } from './mount';
import type { Mounted } from './mount';

type Call = [name: string, ...args: unknown[]];

declare global {
	interface Window {
		SarufiWidget?: unknown;
		barazaWidget?: unknown;
	}
}

/* What the page calls; kept until there is a widget. */
function createApi(mounted: Promise<Mounted | null>): EventTarget
{
	const early = window.SarufiWidget as
		{ q?: ArrayLike<unknown>[] } | Call[] | undefined;
	const values: Record<string, unknown> = {};
	const set = (name: string, value: unknown) => {
		values[name] = value;
		void mounted.then((it) => it?.set(name, value));
	};
	const api = Object.assign(new EventTarget(), {
		identify: (user: unknown, proof?: unknown) => set('identity',
			user ? { user: `${user as string}`, proof } : null),
		setContactDetails: (details: unknown) => set('details',
			{ ...values.details as object, ...details as object }),
		open: () => mounted.then((it) => it?.toggle(true)),
		close: () => mounted.then((it) => it?.toggle(false)),
		show: () => mounted.then((it) => it?.show(true)),
		hide: () => mounted.then((it) => it?.show(false)),
		push: (...calls: Call[]) => calls.forEach(([name, ...args]) =>
			(api as any)[name]?.(...args)),
	});

	for (const call of Array.isArray(early) ? early : early?.q ?? [])
		api.push(Array.from(call) as Call);
	return api;
}

function main(): void
{
	const script = (document.currentScript ??
		document.querySelector(
			'script[data-widget-key],script[data-embed-token]')) as
		HTMLScriptElement | null;
	const key = script?.dataset.embedToken ?? script?.dataset.widgetKey;

	if (!script || !key || window.barazaWidget)
		return;
	const props = { ...script.dataset };
	const mounted = new Promise<void>((resolve) => {
		if (document.body)
			resolve();
		else
			document.addEventListener('DOMContentLoaded',
				() => resolve());
	}).then(() => mount({ origin: new URL(props.serverUrl || script.src).origin,
		key, widget: '', props, root: rootOf(script), instance: api,
		emit: (name, data) => api.dispatchEvent(
			Object.assign(new Event(name), { data })) }));
	const api = createApi(mounted);

	window.SarufiWidget = window.barazaWidget = api;
}

/* inline: where the script stands, or in the element that it names. */
function rootOf({ dataset: { target, layout } }: HTMLScriptElement): Node
{
	return layout === 'inline' && target &&
		document.querySelector(target) || document.body;
}

main();
