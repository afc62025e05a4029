/* rich.tsx: what a message carries besides its words. The agent sees what the
 * visitor was offered; nothing here can be pressed but links and players. */
/* SPDX-License-Identifier: MIT */
import { spelled } from '../shared/form';
import { shownUrl } from '../shared/media';
import { cleanName, fileSize, safeUrl } from '../shared/text';
import type { Card, Choice, Message, RichMedia } from '../shared/types';
import { useDesk } from './desk';
import { Icon } from './icons';
import { words } from './words';

const REL = 'noopener noreferrer nofollow ugc';

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
	case 'video':
	case 'audio':
		return <Player media={media} kind={message.content_type} />;
	case 'quick_button':
		return <Offered choices={media.buttons ?? []} />;
	case 'dropdown':
	case 'list':
		return <Options media={media} />;
	case 'carousel':
		return <Cards cards={media.cards ?? []} />;
	case 'form':
		return <Questions media={media} />;
	default:
		return null;
	}
}

/* Sides are given, so that its place is kept. */
const sides = ({ width, height }: RichMedia) =>
	width && height ? { width, height } : {};

function Picture({ media }: { media: RichMedia })
{
	const href = safeUrl(media.url);
	const url = shownUrl(media.url);
	const alt = media.alt || words.image;

	if (href === null)
		return <span class="lost">{alt}</span>;
	return (
		<a class="picture" href={href} target="_blank" rel={REL}>
			{url === null ? alt
				: <img src={url} alt={alt} loading="lazy" {...sides(media)} />}
		</a>
	);
}

function Player({ media, kind }: { media: RichMedia; kind: 'video' | 'audio' })
{
	const url = shownUrl(media.url);
	const name = media.alt || cleanName(media.filename) || words[kind];

	if (url === null)
		return <Attachment media={{ ...media, filename: name }} />;
	return kind === 'audio'
		? <audio class="player" src={url} controls preload="none"
			aria-label={name} />
		: <video class="player" src={url} controls preload="none"
			poster={shownUrl(media.poster) ?? undefined} {...sides(media)}
			aria-label={name} />;
}

function Attachment({ media }: { media: RichMedia })
{
	const url = safeUrl(media.url);
	const name = cleanName(media.filename) || words.file;
	const size = typeof media.size === 'number' ? fileSize(media.size) : '';
	const inside = <>
		<Icon name="file" />
		<span class="file-name"><bdi>{name}</bdi></span>
		<span class="file-size">{size}</span>
	</>;

	return url === null ? <span class="file">{inside}</span> : (
		<a class="file" href={url} target="_blank" rel={REL}>{inside}</a>
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

/* A list's rows stand in its sections, and may stand in options too. */
function Options({ media }: { media: RichMedia })
{
	const rows = (media.sections ?? []).flatMap((s) => s.options ?? []);
	const options = rows.length > 0 ? rows : media.options ?? [];

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
	const url = shownUrl(card.image_url);

	return url === null
		? <span class="card-blank"><Icon name="panel" /></span>
		: <img src={url} alt="" loading="lazy" />;
}

function Questions({ media }: { media: RichMedia })
{
	const fields = media.fields ?? [];

	return (
		<details class="options">
			<summary dir="auto">
				{media.title ? `${media.title} · ` : ''}
				{words.questions(fields.length)}
			</summary>
			<Offered choices={fields} />
		</details>
	);
}

/* The answer to a form: its values beside what was asked, as far as the form
 * is in sight. */
export function FormAnswer({ message }: { message: Message })
{
	const desk = useDesk();
	const messages = desk.open.get()?.room?.thread.messages.get() ?? [];
	const { message_id, values } = message.rich_media!.form!;
	const fields = messages.find(({ id }) => id === message_id)
		?.rich_media?.fields ?? [];
	const labelOf = (name: string) =>
		fields.find((field) => field.name === name);

	return (
		<dl class="bubble form-answer" data-testid="form-answer">
			{Object.entries(values).map(([name, value]) => <div key={name}>
				<dt dir="auto">{labelOf(name)?.label ?? name}</dt>
				<dd dir="auto">{spelled(labelOf(name), value)}</dd>
			</div>)}
		</dl>
	);
}
