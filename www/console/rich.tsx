/* rich.tsx: what a message carries besides its words. The agent sees what the
 * visitor was offered; nothing here can be pressed but links. */
/* SPDX-License-Identifier: MIT */
import { fileSize, safeUrl } from '../shared/text';
import type { Card, Choice, Message, RichMedia } from '../shared/types';
import { Icon } from './icons';
import { words } from './words';

export function Rich({ message }: { message: Message })
{
	const media = message.rich_media;

	if (!media)
		return null;
	switch (message.content_type) {
	case 'image':
		return <Picture media={media} />;
	case 'file':
		return <Attachment media={media} />;
	case 'quick_button':
		return <Offered choices={media.buttons ?? []} />;
	case 'dropdown':
		return <Options media={media} />;
	case 'carousel':
		return <Cards cards={media.cards ?? []} />;
	default:
		return null;
	}
}

function Picture({ media }: { media: RichMedia })
{
	const url = safeUrl(media.url);
	const alt = media.alt || words.image;

	if (url === null)
		return <span class="lost">{alt}</span>;
	return (
		<a class="picture" href={url} target="_blank" rel="noopener noreferrer">
			<img src={url} alt={alt} loading="lazy" />
		</a>
	);
}

function Attachment({ media }: { media: RichMedia })
{
	const url = safeUrl(media.url);
	const name = media.filename || words.file;
	const size = typeof media.size === 'number' ? fileSize(media.size) : '';
	const inside = <>
		<Icon name="file" />
		<span class="file-name"><bdi>{name}</bdi></span>
		<span class="file-size">{size}</span>
	</>;

	return url === null ? <span class="file">{inside}</span> : (
		<a class="file" href={url} target="_blank"
			rel="noopener noreferrer">{inside}</a>
	);
}

function Offered({ choices }: { choices: readonly Choice[] })
{
	if (choices.length === 0)
		return null;
	return (
		<ul class="offered" role="list" aria-label={words.offered}>
			{choices.map((c, i) => <li key={i} class="chip" dir="auto">
				{c.label}
			</li>)}
		</ul>
	);
}

function Options({ media }: { media: RichMedia })
{
	const options = [...media.options ?? [],
		...(media.sections ?? []).flatMap((s) => s.options ?? [])];

	return (
		<details class="options">
			<summary>
				{media.placeholder ? `${media.placeholder} · ` : ''}
				{words.options(options.length)}
			</summary>
			<Offered choices={options} />
		</details>
	);
}

function Cards({ cards }: { cards: readonly Card[] })
{
	return (
		<ul class="cards" role="list" aria-label={words.cards} tabIndex={0}>
			{cards.map((card, i) => <li key={i} class="card">
				<CardPicture card={card} />
				<strong class="card-title" dir="auto">{card.title}</strong>
				{card.subtitle && <span class="card-sub" dir="auto">
					{card.subtitle}
				</span>}
				<Offered choices={card.buttons ?? []} />
			</li>)}
		</ul>
	);
}

function CardPicture({ card }: { card: Card })
{
	const url = safeUrl(card.image_url);

	return url === null
		? <span class="card-blank"><Icon name="panel" /></span>
		: <img src={url} alt="" loading="lazy" />;
}
