/* main.tsx: entry of the iframe app */

import '../shared/tokens.css';
import '../shared/base.css';
import './widget.css';
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
import { applyBrand } from './brand';
import { Chat } from './chat';
import { createFrame } from './frame';
import type { Frame } from './frame';
import { Languages } from './languages';
import type { Widget } from './here';
import { Options } from './options';
import { Overlay } from './overlay';
import { hostOrigin, readParams, wishesOf } from './params';
import type { Params } from './params';

/* The address keeps the session of a frame that nobody holds. */
function keepSession(id: string): void
{
	const url = new URL(location.href);

	if (url.searchParams.has('session_id')) {
		url.searchParams.set('session_id', id);
		history.replaceState(null, '', url);
	}
}

/* The chat of now, and the way to begin another. */
function chats(params: Params, storage: SafeStorage, settings: Options,
	frame: () => Frame, begin: (chat: Chat) => void): { current: Store<Chat>; restart(): void }
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
			current.set(make(id));
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

function main(): void
{
	const params = readParams(location.search);
	const storage = safeStorage();
	const app = document.getElementById('app')!;
	const settings = new Options(wishesOf(params));
	const languages = new Languages(settings, storage,
		`baraza_lang_${params.embedToken}`);
	const refused = app.dataset.refused ?? '';
	const begin = (chat: Chat) => {
		if (refused !== PREVIEW)
			return chat.start('');
		/* the form beside it keeps the focus */
		HTMLElement.prototype.focus = () => undefined;
		void import('./showcase').then(({ startPreview }) =>
			startPreview(chat, settings));
	};
	const { current, restart } = chats(params, storage, settings,
		() => frame, begin);
	const frame = createFrame(hostOrigin(params, document.referrer), {
		settings: (values) => settings.wish(values), restart,
	});
	const widget: Omit<Widget, 'chat'> = { frame, languages, storage,
		overlay: new Overlay(), restart };
	const draw = () => render(<App current={current} widget={widget}
		draftKey={`baraza_draft_${params.embedToken}_`} />, app);

	applyBrand(settings, params.theme);
	if (refused === '' || refused === PREVIEW)
		begin(current.get());
	else
		current.get().start(refused);
	followLanguage(languages);
	void languages.start().then(draw);
}

main();
