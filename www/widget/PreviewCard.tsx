/* PreviewCard.tsx: what the page behind a link says of itself */

import { useState } from 'preact/hooks';
import { call } from '../shared/api';
import { cleanName, safeUrl } from '../shared/text';
import type { Chat } from './chat';

export interface Preview {
	url: string;
	title: string;
	description?: string;
	image?: string;
	site_name?: string;
}

/* Each address is asked for once while the page lives. */
const known = new Map<string, Promise<Preview | null>>();

export function ask(chat: Chat, url: string): Promise<Preview | null>
{
	let answer = known.get(url);

	if (!answer) {
		answer = call<{ preview: Preview | null }>('POST',
			'/chat-widget/preview', { body: {
				conversation_id: chat.conversation,
				external_id: chat.externalId, url,
			} }).then(({ preview }) => preview);
		known.set(url, answer);
		/* asked again when the message is drawn again */
		answer.catch(() => known.delete(url));
	}
	return answer;
}

function hostOf(url: string): string
{
	try {
		return new URL(url).hostname.replace(/^www\./, '');
	} catch {
		return '';
	}
}

export function PreviewCard({ preview }: { preview: Preview })
{
	const [broken, setBroken] = useState(false);
	const url = safeUrl(preview.url);
	const image = preview.image?.startsWith('https://')
		? safeUrl(preview.image) : null;

	if (url === null)
		return null;
	return (
		<a class="preview" href={url} target="_blank"
			rel="noopener noreferrer" data-testid="preview">
			{image && !broken &&
				<img class="preview-image" src={image} alt=""
					width={72} height={72} loading="lazy"
					referrerpolicy="no-referrer"
					onError={() => setBroken(true)} />}
			<span class="preview-text">
				<span class="preview-title" dir="auto">
					{cleanName(preview.title)}</span>
				{preview.description &&
					<span class="preview-more" dir="auto">
						{cleanName(preview.description)}</span>}
				{/* Where it really leads, not what it says. */}
				<span class="preview-host" dir="ltr">{hostOf(url)}</span>
			</span>
		</a>
	);
}
