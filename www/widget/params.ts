/* params.ts: what the address of the frame says */

import type { Overrides } from './options';

export interface Params {
	embedToken: string;
	sessionId: string;
	title: string | null;
	customerName: string | null;
	color: string | null;
	theme: 'light' | 'dark' | null;
	/* The page that holds the frame; null when opened by itself. */
	pageUrl: string | null;
	language: string | null;
}

export function readParams(search: string): Params
{
	const query = new URLSearchParams(search);
	const text = (name: string) => query.get(name)?.trim() || null;
	const theme = text('theme');

	return {
		embedToken: text('embed_token') ?? '',
		sessionId: text('session_id') ?? '',
		title: text('title'),
		customerName: text('customer_name'),
		color: text('color'),
		theme: theme === 'light' || theme === 'dark' ? theme : null,
		pageUrl: text('page_url'),
		language: text('lang'),
	};
}

/* What of it are settings. */
export function wishesOf({ title, color, language }: Params): Overrides
{
	return {
		...(title !== null && { title }),
		...(color !== null && { color }),
		...(language !== null && { language }),
	};
}

/* The origin of the page around the frame, for postMessage. A page that built
 * the frame by hand gives none; then the referrer tells. */
export function hostOrigin(params: Params, referrer: string): string | null
{
	for (const address of [params.pageUrl, referrer]) {
		try {
			const { origin } = new URL(address ?? '');

			if (origin !== 'null')
				return origin;
		} catch {
			/* Not an address: try the next. */
		}
	}
	return null;
}
