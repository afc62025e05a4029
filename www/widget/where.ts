/* where.ts: on which pages of a site the widget is, also where pages change
 * without being loaded */
/* SPDX-License-Identifier: MIT */

/* "/shop/*" is /shop and all below it, anything else is that path. */
export function isAllowed(patterns: unknown, path: string): boolean
{
	return !Array.isArray(patterns) || patterns.length === 0 ||
		patterns.some((pattern: unknown) => {
			const text = `${pattern as string}`;
			const base = text.slice(0, -2);

			return text.endsWith('/*')
				? path === base || path.startsWith(`${base}/`)
				: path === text;
		});
}

/* Calls fn after each change of the address, and gives back what ends that. */
export function watchPlace(fn: () => void): () => void
{
	const names = ['pushState', 'replaceState'] as const;
	const events = ['popstate', 'hashchange'];
	let on = true;
	const changed = () => {
		if (on)
			fn();
	};

	for (const name of names) {
		const own = history[name];

		/* Stays when it is over: others may have wrapped it since. */
		history[name] = function (this: History, ...args) {
			own.apply(this, args);
			changed();
		};
	}
	for (const name of events)
		addEventListener(name, changed);
	return () => {
		on = false;
		for (const name of events)
			removeEventListener(name, changed);
	};
}
