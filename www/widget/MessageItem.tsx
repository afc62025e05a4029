/* MessageItem.tsx: one message with its author, content and fate */

import { Component } from 'preact';
import { Markup } from '../shared/Markup';
import { RichText } from '../shared/RichText';
import { Tick } from '../shared/Tick';
import type { OutboxEntry } from '../shared/outbox';
import type { Tick as Kind } from '../shared/receipts';
import type { MessageRow } from '../shared/rows';
import { initials } from '../shared/text';
import { clock, fullTime } from '../shared/time';
import type { Choice, Draft, Message } from '../shared/types';
import { BotAvatar } from './BotAvatar';
import { Formula } from './Formula';
import { Media } from './Media';
import type { Chat } from './chat';
import { AlertIcon, RetryIcon } from './icons';
import { LinkPreview } from './preview';
import { useSettings, useWords } from './words';

interface ItemProps {
	row: MessageRow;
	chat: Chat;
	/* Who wrote it; '' for the visitor. */
	name: string;
	/* The value that was chosen of this message's buttons. */
	used: string | undefined;
	/* What has become of it, under one's own last message. */
	tick: Kind | null;
	onChosen(): void;
}

function Failed({ chat, entry }: { chat: Chat; entry: OutboxEntry })
{
	const { t } = useWords();

	return (
		<div class="failed" role="alert" data-testid="failed">
			<AlertIcon size={15} />
			<span>{t('not_sent')}</span>
			<button type="button" class="link" data-testid="retry"
				onClick={() => chat.outbox.retry(entry.client_id)}>
				<RetryIcon size={13} /> {t('retry')}
			</button>
			<button type="button" class="link"
				onClick={() => chat.outbox.remove(entry.client_id)}>
				{t('discard')}
			</button>
		</div>
	);
}

/* Time, and under one's own last message its fate. Not announced. Within a
 * group the time is for hearers; eyes find it on the bubble. */
function Meta({ message, tick, last }:
	{ message: Message; tick: Kind | null; last: boolean })
{
	const { t, locale } = useWords();

	return (
		<div class={tick || last ? 'meta' : 'visually-hidden'}
			aria-live="off">
			<time dateTime={message.created_at}
				title={fullTime(message.created_at, locale)}>
				{clock(message.created_at, locale)}
			</time>
			{tick && <Tick kind={tick} label={t(tick)} />}
		</div>
	);
}

function classOf(row: MessageRow, own: boolean): string
{
	return ['message', own ? 'own' : 'other',
		row.first && 'group-first', row.last && 'group-last',
		row.pending?.state === 'failed' && 'refused-message',
	].filter(Boolean).join(' ');
}

/* The visitor's words are as they were written; others may mark theirs. */
function Words({ row, own }: { row: MessageRow; own: boolean })
{
	const { math } = useSettings();
	const { content } = row.message;

	return own ? <RichText text={content} />
		: <Markup text={content} links={!row.growing}
			Formula={math ? Formula : undefined} />;
}

function Item({ row, chat, name, used, tick, onChosen }: ItemProps)
{
	const { t, locale } = useWords();
	const { message, pending } = row;
	const own = message.sender_type === 'end_user';
	const answer = (draft: Draft) => {
		chat.send(draft);
		onChosen();
	};
	const choose = (choice: Choice) => {
		chat.choose(message, choice);
		onChosen();
	};

	return (
		<div class={classOf(row, own)}
			data-testid={row.growing ? 'growing' : 'message'}
			data-seq={message.seq || undefined}
			data-sender={message.sender_type}
			data-client-id={message.client_id ?? undefined}>
			{!own && <span class="avatar" aria-hidden="true">
				{row.last && (message.sender_type === 'bot'
					? <BotAvatar /> : initials(name))}
			</span>}
			<div class="body">
				<span class={own || !row.first
					? 'visually-hidden' : 'author'} dir="auto">
					{own ? t('you_said') : row.first ? name
						: t('other_said', { name })}
				</span>
				{message.content &&
					<div class="bubble" dir="auto"
						data-testid="text"
						title={fullTime(message.created_at, locale)}>
						<Words row={row} own={own} />
					</div>}
				{!pending && !row.growing && message.content &&
					<LinkPreview chat={chat} text={message.content} />}
				<Media message={message} name={name} used={used}
					onChoose={choose} onAnswer={answer} />
				{pending?.state === 'failed'
					? <Failed chat={chat} entry={pending} />
					: <Meta message={message} tick={tick} last={row.last} />}
			</div>
		</div>
	);
}

/* In a thread of thousands only what has changed is drawn again. */
export class MessageItem extends Component<ItemProps> {
	override shouldComponentUpdate(next: ItemProps): boolean
	{
		const [a, b] = [this.props.row, next.row];

		return a.message !== b.message || a.pending !== b.pending ||
			a.first !== b.first || a.last !== b.last ||
			a.growing !== b.growing || this.props.chat !== next.chat ||
			this.props.name !== next.name ||
			this.props.used !== next.used ||
			this.props.tick !== next.tick;
	}

	override render()
	{
		return <Item {...this.props} />;
	}
}
