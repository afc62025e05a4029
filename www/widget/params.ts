/* params.ts: what the frame is told: by its address, or by the loader */
/* SPDX-License-Identifier: MIT */

import type { Details, Identity, Init } from './bridge';
import type { Overrides } from './options';

export interface Params {
	embedToken: string;
	/* Instead of the token. */
	widgetId: string;
	sessionId: string;
	/* Proves a sessionId that is the site's own name for somebody. */
	userHash: string | null;
	title: string | null;
	customerName: string | null;
	color: string | null;
	theme: 'light' | 'dark' | null;
	/* The page that holds the frame; null when opened by itself. */
	pageUrl: string | null;
	/* Its origin, as the browser has it; null when nobody said. */
	pageOrigin: string | null;
	language: string | null;
	identity: Identity | null;
	details: Details | null;
	/* What else the page says: data-* and attributes, in camelCase. */
	props: Init['props'];
}

function textOf(value: string | null | undefined): string | null
{
	return value?.trim() || null;
}

function themeOf(text: string | null): Params['theme']
{
	return text === 'light' || text === 'dark' ? text : null;
}

/* The part of the path that names a widget: /integrations/widget/ID/frame. */
function widgetOf(path: string): string
{
	return /^\/integrations\/widget\/([^/]+)\/frame\/?$/.exec(path)?.[1] ?? '';
}

export function readParams(search: string, path = ''): Params
{
	const query = new URLSearchParams(search);
	const text = (name: string) => textOf(query.get(name));

	return {
		embedToken: text('embed_token') ?? '',
		widgetId: widgetOf(path),
		sessionId: text('session_id') ?? text('session') ?? '',
		userHash: text('user_hash'),
		title: text('title'),
		customerName: text('customer_name'),
		color: text('color'),
		theme: themeOf(text('theme')),
		pageUrl: text('page_url'),
		pageOrigin: null,
		language: text('lang') ?? text('language'),
		identity: null,
		details: null,
		props: Object.fromEntries(query),
	};
}

/* What the loader said; origin is the browser's word, not the page's. */
export function paramsOf(origin: string, init: Init): Params
{
	const { props } = init;

	return {
		embedToken: init.key,
		widgetId: init.key ? '' : init.widget,
		sessionId: init.session,
		userHash: textOf(props.userHash),
		title: textOf(props.title),
		customerName: textOf(props.customerName),
		color: textOf(props.color),
		theme: themeOf(textOf(props.theme)),
		pageUrl: init.page_url,
		pageOrigin: origin,
		language: textOf(props.language)?.split(',')[0] ?? null,
		identity: init.identity,
		details: init.details,
		props,
	};
}

/* What of it are settings. */
export function wishesOf({ title, color, language, props }: Params): Overrides
{
	const { barIcon: bar, userIcon: user, botIcon: bot } = props;
	const icons = Object.fromEntries(Object.entries({ bar, user, bot })
		.filter((pair): pair is [string, string] => Boolean(pair[1])));

	return {
		...(title !== null && { title }),
		...(color !== null && { color }),
		...(language !== null && { language }),
		...(props.placeholder && { placeholder: props.placeholder }),
		...(props.theme && { theme: props.theme }),
		...(props.hideBar !== undefined && { hide_bar: true }),
		...(Object.keys(icons).length > 0 && { icons }),
	};
}

/* The origin of the page around the frame, for postMessage. A page that built
 * the frame by hand gives none; then the referrer tells. */
export function hostOrigin(params: Params, referrer: string): string | null
{
	for (const address of [params.pageOrigin, params.pageUrl, referrer]) {
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
