/* preview.tsx: a card below a message with a link, once the message is seen;
 * what it shows and how it is asked for is loaded then */

import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { linkify } from '../shared/text';
import type { Preview } from './PreviewCard';
import type { Chat } from './chat';
import { useSettings } from './words';

interface Shown {
	Card: typeof import('./PreviewCard').PreviewCard;
	preview: Preview;
}

function firstLink(text: string): string | null
{
	for (const { href } of linkify(text))
		if (href && /^https?:/.test(href))
			return href;
	return null;
}

export function LinkPreview({ chat, text }: { chat: Chat; text: string })
{
	const { unfurl } = useSettings();
	const url = useMemo(() => unfurl ? firstLink(text) : null,
		[unfurl, text]);
	const mark = useRef<HTMLSpanElement>(null);
	const [shown, setShown] = useState<Shown | null>(null);

	useEffect(() => {
		setShown(null);
		if (url === null || mark.current === null)
			return;
		let gone = false;
		const load = async () => {
			const { PreviewCard, ask } = await import('./PreviewCard');
			const preview = await ask(chat, url);

			if (preview && !gone)
				setShown({ Card: PreviewCard, preview });
		};
		const watch = new IntersectionObserver((entries) => {
			if (!entries.some(({ isIntersecting }) => isIntersecting))
				return;
			watch.disconnect();
			/* without an answer there is no card, and that is all */
			load().catch(() => {});
		});

		watch.observe(mark.current);
		return () => {
			gone = true;
			watch.disconnect();
		};
	}, [url]);
	if (url === null)
		return null;
	return shown ? <shown.Card preview={shown.preview} />
		: <span ref={mark} class="preview-mark" />;
}
