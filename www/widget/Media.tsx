/* Media.tsx: what a message carries besides its text */

import { useState } from 'preact/hooks';
import { valueOf } from '../shared/choice';
import { late } from '../shared/late';
import { shownUrl } from '../shared/media';
import { cleanName, fileSize, safeUrl } from '../shared/text';
import type { Choice, Draft, Message, RichMedia } from '../shared/types';
import { Dropdown } from './Dropdown';
import { PartFailed } from './PartFailed';
import { CheckIcon, DownloadIcon, FileIcon } from './icons';
import { useSettings, useWords } from './words';

export interface MediaProps {
	message: Message;
	name: string;
	/* What was chosen of it; '' for a form that was filled in. */
	used: string | undefined;
	onChoose(choice: Choice): void;
	onAnswer(draft: Draft): void;
}

const Carousel = late(() => import('./Carousel'));
const Form = late(() => import('./Form'));
const failed = (again: () => void) => <PartFailed again={again} />;

function Image({ media, name }: { media: RichMedia; name: string })
{
	const { t } = useWords();
	const [broken, setBroken] = useState(false);
	const href = safeUrl(media.url);
	const url = shownUrl(media.url);
	const alt = media.alt || t('image_from', { name });
	const sides = media.width && media.height
		? { width: media.width, height: media.height } : {};

	if (href === null || url === null || broken)
		return (
			<div class="image-missing" dir="auto">
				{t('image_missing')}: {href === null ? alt
					: <a href={href} target="_blank"
						rel="noopener noreferrer nofollow ugc">{alt}</a>}
			</div>
		);
	return (
		<a class="image" href={href} target="_blank"
			rel="noopener noreferrer nofollow ugc">
			<img src={url} alt={alt} loading="lazy" {...sides}
				onError={() => setBroken(true)} />
		</a>
	);
}

function File({ media }: { media: RichMedia })
{
	const { t, locale } = useWords();
	const url = safeUrl(media.url);
	const name = cleanName(media.filename) || t('file');

	return (
		<a class="file" href={url ?? undefined} target="_blank"
			rel="noopener noreferrer nofollow ugc">
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

/* Nothing of it is loaded before somebody plays it. */
function Player({ media, kind }: { media: RichMedia; kind: 'video' | 'audio' })
{
	const { t } = useWords();
	const [broken, setBroken] = useState(false);
	const url = shownUrl(media.url);
	const name = media.alt || cleanName(media.filename) || t(kind);
	const sides = media.width && media.height
		? { width: media.width, height: media.height } : {};

	if (url === null || broken)
		return <File media={{ ...media, filename: name }} />;
	if (kind === 'audio')
		return <audio class="player" src={url} controls preload="none"
			aria-label={name} onError={() => setBroken(true)} />;
	return <video class="player" src={url} controls preload="none" playsInline
		poster={shownUrl(media.poster) ?? undefined} {...sides}
		aria-label={name} onError={() => setBroken(true)} />;
}

/* What a file is by its type. */
function Attachment({ media }: { media: RichMedia })
{
	const [family] = (media.mime_type ?? '').split('/');

	return family === 'video' || family === 'audio'
		? <Player media={media} kind={family} /> : <File media={media} />;
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
					class={used === valueOf(choice)
						? 'choice chosen' : 'choice'}
					disabled={used !== undefined}
					onClick={() => onChoose(choice)}>
					{used === valueOf(choice) &&
						<CheckIcon size={14} />}
					<span dir="auto">{choice.label}</span>
				</button>
			))}
		</div>
	);
}

function Kind({ message, name, used, onChoose, onAnswer }: MediaProps)
{
	const settings = useSettings();
	const media = message.rich_media!;

	switch (message.content_type) {
	case 'image':
		return <Image media={media} name={name} />;
	case 'file':
		return <Attachment media={media} />;
	case 'video':
	case 'audio':
		return <Player media={media} kind={message.content_type} />;
	case 'carousel':
		return <Carousel failed={failed} cards={media.cards ?? []}
			used={used} swipes={settings.carousel} onChoose={onChoose} />;
	case 'dropdown':
	case 'list':
		return <Dropdown media={media} used={used} onChoose={onChoose} />;
	case 'form':
		return <Form failed={failed} message={message}
			answered={used !== undefined} enabled={settings.form}
			onAnswer={onAnswer} />;
	default:
		return null;
	}
}

export function Media(props: MediaProps)
{
	const { rich_media: media } = props.message;

	if (!media)
		return null;
	return (
		<>
			<Kind {...props} />
			{(media.buttons ?? []).length > 0 &&
				<QuickButtons buttons={media.buttons!} used={props.used}
					onChoose={props.onChoose} />}
		</>
	);
}
