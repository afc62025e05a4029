/* main.tsx: entry of the iframe app */

import '../shared/tokens.css';
import '../shared/base.css';
import './widget.css';
import './messages.css';
import './media.css';
import './sheet.css';
import './composer.css';
import { render } from 'preact';
import { safeStorage } from '../shared/storage';
import { App } from './App';
import { applyBrand } from './brand';
import { Chat } from './chat';
import { createFrame } from './frame';
import { hostOrigin, readParams } from './params';
import { WordsProvider, widgetI18n } from './words';

function main(): void
{
	const params = readParams(location.search);
	const storage = safeStorage();
	const i18n = widgetI18n(params.language);
	const root = document.documentElement;
	const app = document.getElementById('app')!;

	root.lang = i18n.locale;
	root.dir = i18n.dir;
	const recolor = applyBrand(params.color, params.theme);
	const chat = new Chat(params, storage);
	const frame = createFrame(hostOrigin(params, document.referrer));

	/* The page's own wish comes before the owner's setting. */
	chat.settings.subscribe(() => {
		const { color } = chat.settings.get();

		if (color && params.color === null)
			recolor(color);
	});
	render(
		<WordsProvider value={i18n}>
			<App chat={chat} frame={frame} title={params.title}
				storage={storage}
				draftKey={`baraza_draft_${params.embedToken}_` +
					params.sessionId} />
		</WordsProvider>,
		app);
	chat.start(app.dataset.refused ?? '');
}

main();
