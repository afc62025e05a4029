/* Media.tsx: what a message carries besides its text */

import { useState } from 'preact/hooks';
import { fileSize, safeUrl } from '../shared/text';
import type { Choice, Message, RichMedia } from '../shared/types';
import { Carousel } from './Carousel';
import { Dropdown } from './Dropdown';
import { CheckIcon, DownloadIcon, FileIcon } from './icons';
import { useWords } from './words';

export interface MediaProps {
	message: Message;
	name: string;
	used: string | undefined;
	onChoose(choice: Choice): void;
}

function Image({ media, name }: { media: RichMedia; name: string })
{
	const { t } = useWords();
	const [broken, setBroken] = useState(false);
	const url = safeUrl(media.url);
	const alt = media.alt || t('image_from', { name });

	if (url === null || broken)
		return <div class="image-missing">{t('image_missing')}: {alt}</div>;
	return (
		<a class="image" href={url} target="_blank"
			rel="noopener noreferrer">
			<img src={url} alt={alt} loading="lazy"
				onError={() => setBroken(true)} />
		</a>
	);
}

function File({ media }: { media: RichMedia })
{
	const { t, locale } = useWords();
	const url = safeUrl(media.url);
	const name = media.filename || t('file');
	const type = media.mime_type ?? '';

	if (url !== null && type.startsWith('video/'))
		return <video class="player" src={url} controls
			preload="metadata" aria-label={name} />;
	if (url !== null && type.startsWith('audio/'))
		return <audio class="player" src={url} controls
			preload="metadata" aria-label={name} />;
	return (
		<a class="file" href={url ?? undefined} target="_blank"
			rel="noopener noreferrer">
			<span class="visually-hidden">{t('download')}</span>
			<span class="file-icon"><FileIcon /></span>
			<span class="file-text">
				<span class="file-name" dir="auto">{name}</span>
				{media.size !== undefined &&
					<span class="file-size">
						{fileSize(media.size, locale)}</span>}
			</span>
			<DownloadIcon size={18} />
		</a>
	);
}

function QuickButtons({ buttons, used, onChoose }: {
	buttons: Choice[]; used: string | undefined;
	onChoose(choice: Choice): void;
})
{
	const { t } = useWords();

	return (
		<div class="choices" role="group" aria-label={t('suggested')}>
			{buttons.map((choice) => (
				<button type="button" data-testid="quick-button"
					class={used === choice.value
						? 'choice chosen' : 'choice'}
					disabled={used !== undefined}
					onClick={() => onChoose(choice)}>
					{used === choice.value &&
						<CheckIcon size={14} />}
					<span dir="auto">{choice.label}</span>
				</button>
			))}
		</div>
	);
}

export function Media({ message, name, used, onChoose }: MediaProps)
{
	const media = message.rich_media;

	if (!media)
		return null;
	return (
		<>
			{message.content_type === 'image' &&
				<Image media={media} name={name} />}
			{message.content_type === 'file' && <File media={media} />}
			{message.content_type === 'carousel' &&
				<Carousel cards={media.cards ?? []} used={used}
					onChoose={onChoose} />}
			{message.content_type === 'dropdown' &&
				<Dropdown media={media} used={used}
					onChoose={onChoose} />}
			{(media.buttons ?? []).length > 0 &&
				<QuickButtons buttons={media.buttons!} used={used}
					onChoose={onChoose} />}
		</>
	);
}
