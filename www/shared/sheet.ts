/* sheet.ts: the style of a part that is loaded late. Its address comes from
 * `import href from './part.css?url'`; a policy that forbids inline style has
 * nothing against it. */

import { useLayoutEffect, useState } from 'preact/hooks';

const waits = new Map<string, Promise<void>>();

export function loadSheet(href: string): Promise<void>
{
	let wait = waits.get(href);

	if (wait === undefined) {
		wait = new Promise((resolve) => {
			const link = document.createElement('link');

			link.rel = 'stylesheet';
			link.href = href;
			link.onload = () => resolve();
			/* Plain is better than nothing. */
			link.onerror = () => resolve();
			document.head.append(link);
		});
		waits.set(href, wait);
	}
	return wait;
}

/* Whether the style is there. */
export function useSheet(href: string): boolean
{
	const [ready, setReady] = useState(false);

	useLayoutEffect(() => {
		let gone = false;

		void loadSheet(href).then(() => gone || setReady(true));
		return () => {
			gone = true;
		};
	}, [href]);
	return ready;
}
