/* main.tsx: entry of the iframe app */

import '../shared/tokens.css';
import '../shared/base.css';
import './widget.css';
import './beginning.css';
import './messages.css';
import '../shared/markdown.css';
import './media.css';
import './sheet.css';
import './menu.css';
import './composer.css';
import './attach.css';
import './preview.css';
import { render } from 'preact';
import { safeStorage } from '../shared/storage';
import type { SafeStorage } from '../shared/storage';
import { Store } from '../shared/store';
import { uuid } from '../shared/uuid';
import { App } from './App';
import { applyLook } from './brand';
import { Chat } from './chat';
import { greetHost } from './bridge';
import type { Identity } from './bridge';
import { createFrame } from './frame';
import type { Frame } from './frame';
import { linkHost } from './host-link';
import { Languages } from './languages';
import type { Widget } from './here';
import { Options } from './options';
import { Overlay } from './overlay';
import { hostOrigin, paramsOf, readParams, wishesOf } from './params';
import type { Params } from './params';
import { keepSession as storeSession, sessionId as storedSession }
	from './session';

/* The address keeps the session of a frame that nobody holds. */
function keepSession(id: string): void
{
	const url = new URL(location.href);

	if (url.searchParams.has('session_id')) {
		url.searchParams.set('session_id', id);
		history.replaceState(null, '', url);
	}
}

/* A page of ours by itself: this origin's storage knows the visitor. */
function isOwnPage(params: Params): boolean
{
	return params.widgetId !== '' && params.pageOrigin === null;
}

/* The chat of now, and the way to begin another. */
function chats(params: Params, storage: SafeStorage, settings: Options,
	frame: () => Frame, begin: (chat: Chat) => void): {
		current: Store<Chat>; restart(): void;
		identify(identity: Identity | null): void }
{
	const make = (sessionId: string) => new Chat({ ...params, sessionId },
		storage, undefined, settings);
	const current = new Store(make(params.sessionId));

	return {
		current,
		restart: () => {
			const id = uuid();

			current.get().close();
			frame().session(id);
			keepSession(id);
			if (isOwnPage(params))
				storeSession(params.widgetId, id);
			current.set(make(id));
			begin(current.get());
		},
		identify: (identity) => {
			params.identity = identity;
			current.get().close();
			current.set(make(params.sessionId));
			begin(current.get());
		},
	};
}

/* The language as the page's, and its direction. */
function followLanguage(languages: Languages): void
{
	const apply = () => {
		const { locale, dir } = languages.get();

		document.documentElement.lang = locale;
		document.documentElement.dir = dir;
	};

	languages.subscribe(apply);
	apply();
}

/* The word that the page of the console comes with instead of a refusal. */
const PREVIEW = 'preview';

function start(params: Params): void
{
	const storage = safeStorage();
	const app = document.getElementById('app')!;
	const settings = new Options(wishesOf(params));
	const languages = new Languages(settings, storage,
		`baraza_lang_${params.embedToken || params.widgetId}`);
	const refused = app.dataset.refused ?? '';
	const begin = (chat: Chat) => {
		if (refused !== PREVIEW)
			return chat.start('');
		/* the form beside it keeps the focus */
		HTMLElement.prototype.focus = () => undefined;
		void import('./showcase').then(({ startPreview }) =>
			startPreview(chat, settings));
	};
	const { current, restart, identify } = chats(params, storage, settings,
		() => frame, begin);
	const frame = createFrame(hostOrigin(params, document.referrer), {
		settings: (values) => settings.wish(values), restart,
	}, params.pageOrigin !== null);
	const widget: Omit<Widget, 'chat'> = { frame, languages, storage,
		overlay: new Overlay(), restart };
	const draw = () => render(<App current={current} widget={widget}
		draftKey={`baraza_draft_${params.embedToken ||
			params.widgetId}_`} />, app);

	applyLook(settings, params.theme);
	linkHost({ current, frame, settings, restart, identify,
		hasIdentity: () => params.identity !== null });
	if (refused === '' || refused === PREVIEW)
		begin(current.get());
	else
		current.get().start(refused);
	followLanguage(languages);
	void languages.start().then(draw);
}

/* Our loader says everything itself; otherwise it stands in the address. */
function main(): void
{
	const params = readParams(location.search, location.pathname);

	if (location.hash === '#hosted' && window.parent !== window) {
		greetHost((origin, init) => start(paramsOf(origin, init)));
		return;
	}
	if (isOwnPage(params) && !params.sessionId)
		params.sessionId = storedSession(params.widgetId);
	start(params);
}

main();
