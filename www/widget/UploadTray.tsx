/* UploadTray.tsx: files that were chosen, above the field, with how far they
 * are; loaded with the first of them */

import { useStore } from '../shared/hooks';
import { cleanName, fileSize } from '../shared/text';
import { Uploads } from '../shared/uploads';
import type { Upload } from '../shared/uploads';
import type { Chat } from './chat';
import { CloseIcon, FileIcon, RetryIcon } from './icons';
import { useWords } from './words';

export function makeUploads(chat: Chat): Uploads
{
	return new Uploads({
		url: () => '/chat-widget/upload',
		fields: () => chat.conversation === '' ? null : {
			conversation_id: chat.conversation,
			external_id: chat.externalId,
		},
		send: (draft) => chat.send(draft),
	});
}

function useStatus(item: Upload): string
{
	const { t, locale } = useWords();

	switch (item.state) {
	case 'failed':
		return t(`upload_${item.failure ?? 'refused'}`);
	case 'offline':
		return t('upload_offline');
	case 'done':
		return item.sent ? t('sending')
			: fileSize(item.size, locale);
	default:
		return t('upload_percent',
			{ percent: Math.floor(item.progress * 100) });
	}
}

function Item({ item, uploads }: { item: Upload; uploads: Uploads })
{
	const { t } = useWords();
	const state = useStatus(item);
	const name = cleanName(item.name) || t('file');

	return (
		<li class={`upload upload-${item.state}`} data-testid="upload"
			data-state={item.state}>
			{item.preview
				? <img class="upload-thumb" src={item.preview} alt="" />
				: <span class="upload-thumb"><FileIcon /></span>}
			<span class="upload-text">
				<span class="upload-name" dir="auto">{name}</span>
				<span class="upload-state">{state}</span>
				{item.state === 'uploading' &&
					<progress class="upload-bar" max={1}
						value={item.progress} aria-label={name} />}
			</span>
			{item.state === 'failed' && item.failure === 'refused' &&
				<button type="button" class="upload-button"
					aria-label={`${t('retry')}: ${name}`}
					onClick={() => uploads.retry(item.id)}>
					<RetryIcon size={16} />
				</button>}
			<button type="button" class="upload-button"
				data-testid="upload-remove"
				aria-label={t('upload_remove', { name })}
				onClick={() => uploads.remove(item.id)}>
				<CloseIcon size={16} />
			</button>
		</li>
	);
}

export function UploadTray({ uploads }: { uploads: Uploads })
{
	const { t } = useWords();
	const items = useStore(uploads.items);

	if (items.length === 0)
		return null;
	return (
		<ul class="uploads" aria-label={t('uploads')} aria-live="polite">
			{items.map((item) => <Item key={item.id} item={item}
				uploads={uploads} />)}
		</ul>
	);
}
