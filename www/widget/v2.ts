/* v2.ts: the loader with the element,
 *
 *   <script src="https://HOST/integrations/widget/v2.js" data-widget="ID"></script>
 *
 * or the script without data-widget, and <baraza-widget widget="ID"> where the
 * page wants it. <chatbotkit-widget> is the same element. Its attributes,
 * properties, methods and events are in docs/widget.md. */
/* SPDX-License-Identifier: MIT */

import { defineElements } from './element';

const NAME = 'baraza-widget';

type Global = Record<string, any>;

function main(): void
{
	const script = (document.currentScript ??
		document.querySelector('script[data-widget]')) as
		HTMLScriptElement | null;

	if (!script)
		return;
	const { origin, searchParams } = new URL(script.src);
	const page = window as unknown as Global;
	const { params, style } = (page.barazaWidgetConfiguration ??
		page.chatbotkitWidgetConfiguration ?? {}) as Global;
	const all: Global = { ...Object.fromEntries(searchParams),
		...script.dataset, ...params };
	const id = `${NAME}-${all.widget as string}`;

	for (const name of ['barazaWidget', 'chatbotkitWidget']) {
		const own: Global = page[name] ??= { instance: null };

		own.instancePromise ??= new Promise((resolve) => {
			own.resolve = resolve;
		});
	}
	defineElements([NAME, 'chatbotkit-widget'], origin);
	if (!all.widget || document.getElementById(id))
		return;
	const element = document.createElement(NAME);

	element.id = id;
	Object.assign(element.style, style?.widget);
	/* JSON; element-api.ts makes properties of them. */
	for (const [name, value] of Object.entries(all))
		element.setAttribute(name, typeof value === 'object'
			? JSON.stringify(value) : value);
	/* In the head there is no body yet. */
	(document.body ?? document.documentElement).append(element);
}

main();
