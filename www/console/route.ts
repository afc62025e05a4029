/* route.ts: what the address bar says: page, filter, search, open conversation */
/* SPDX-License-Identifier: MIT */
import { type Filter, isFilter } from './inbox';
import { type Tab, webChatWords } from './web-chat/words';

export type Page = 'inbox' | 'keys' | 'widgets';

/* One widget, and the part of it. */
export interface WidgetPlace {
	id: string;
	tab: Tab;
}


export interface Route {
	page: Page;
	filter: Filter;
	q: string;
	/* id of the open conversation, or null */
	open: string | null;
	/* on the page of widgets: which; null or absent: their list */
	widget?: WidgetPlace | null;
}

const HOME = '/console/';
const INBOX = '/console/inbox/';
const COMPANY = '/console/company';
const INTEGRATIONS = '/console/integrations';
const WIDGETS = `${INTEGRATIONS}/web-chat`;
const PAGES: Record<Exclude<Page, 'inbox'>, string> = {
	keys: `${COMPANY}/api-keys`,
	widgets: WIDGETS,
};
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function pageOf(path: string): Page
{
	const plain = path.replace(/\/+$/, '');
	const found = Object.entries(PAGES).find(([, at]) => at === plain);

	if (plain === COMPANY)
		return 'keys';
	if (plain === INTEGRATIONS || plain.startsWith(`${WIDGETS}/`))
		return 'widgets';
	return found === undefined ? 'inbox' : found[0] as Page;
}

/* /console/integrations/web-chat/ID/TAB; the first tab needs no word. */
function widgetOf(path: string): WidgetPlace | null
{
	const [id = '', tab = ''] = path.startsWith(`${WIDGETS}/`)
		? path.slice(WIDGETS.length + 1).split('/') : [];

	return !ID.test(id) ? null : { id: id.toLowerCase(),
		tab: tab in webChatWords.tabs ? tab as Tab : 'settings' };
}

/* Reads an address; what it does not know becomes the default. */
export function parseRoute(path: string, query: string): Route
{
	const params = new URLSearchParams(query);
	const filter = params.get('filter') ?? '';
	const id = path.startsWith(INBOX) ? path.slice(INBOX.length) : '';
	const widget = widgetOf(path);

	return {
		page: pageOf(path),
		filter: isFilter(filter) ? filter : 'unassigned',
		q: (params.get('q') ?? '').slice(0, 200),
		open: ID.test(id) ? id.toLowerCase() : null,
		...(widget && { widget }),
	};
}

/* The address of a route; the defaults are left out. */
export function routeHref(route: Route): string
{
	if (route.page === 'widgets' && route.widget)
		return `${WIDGETS}/${route.widget.id}${
			route.widget.tab === 'settings' ? '' : `/${route.widget.tab}`}`;
	if (route.page !== 'inbox')
		return PAGES[route.page];
	const params = new URLSearchParams();
	if (route.filter !== 'unassigned')
		params.set('filter', route.filter);
	if (route.q !== '')
		params.set('q', route.q);
	const query = params.toString();
	return (route.open ? INBOX + route.open : HOME) + (query && `?${query}`);
}

/* Where to go after the login: `next` when it is a path of this site, else
 * the console. '//host' and '/\host' would leave the site in a browser. */
export function safeNext(next: string | null): string
{
	if (!next || !/^\/(?![/\\])/.test(next) || /[\u0000-\u001f\\]/.test(next))
		return HOME;
	return next;
}

/* The login page that leads back to the given address. */
export function loginHref(path: string): string
{
	return `/auth/login?next=${encodeURIComponent(path)}`;
}
