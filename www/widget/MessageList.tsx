/* MessageList.tsx: the thread: rows, typing dots, and the way to its end */

import { useEffect, useLayoutEffect, useMemo, useState } from 'preact/hooks';
import { useStore } from '../shared/hooks';
import { raise, tickOf } from '../shared/receipts';
import type { Tick } from '../shared/receipts';
import { buildRows, partRows } from '../shared/rows';
import type { MessageRow, Row } from '../shared/rows';
import { cleanName } from '../shared/text';
import { dayLabel } from '../shared/time';
import type { Message, SenderType, TypingEvent } from '../shared/types';
import { Greeting, Intro, Starters } from './Beginning';
import { GrowingList } from './GrowingList';
import { MessageItem } from './MessageItem';
import { TypingDots } from './TypingDots';
import type { Chat } from './chat';
import { usedChoices } from './choices';
import { DownIcon } from './icons';
import { usePinned } from './scroll';
import { useSettings, useWords } from './words';

/* Rows from which on those out of sight are not laid out. */
const LONG = 200;

const NONE: readonly Message[] = [];
/* Who writes what grows. */
const BOT = { sender_type: 'bot' } as TypingEvent;

function Loading()
{
	const { t } = useWords();

	return (
		<div class="loading" role="status">
			<span class="visually-hidden">{t('loading')}</span>
			<span class="ghost" /><span class="ghost" />
			<span class="ghost" />
		</div>
	);
}

function Separator({ row }: { row: Exclude<Row, MessageRow> })
{
	const { t, locale } = useWords();

	return row.kind === 'day'
		? <div class="day"><time dateTime={row.at}>
			{dayLabel(row.at, locale)}</time></div>
		: <div class="new" data-testid="new-line">
			<span>{t('new_line')}</span></div>;
}

/* How the author of a message is called. */
export function useAuthor(chat: Chat): (message: Message) => string
{
	const { t } = useWords();
	const agent = useStore(chat.agent);
	const settings = useSettings();

	return (message) => {
		if (message.sender_type === 'bot')
			return cleanName(message.sender_name) ||
				cleanName(settings.bot_name) || t('bot');
		return cleanName(message.sender_name) ||
			cleanName(chat.names.get(message.sender_id ?? '')) ||
			cleanName(agent?.display_name) || t('agent');
	};
}

function useRows(chat: Chat): { log: Row[]; growing: MessageRow[] }
{
	const messages = useStore(chat.messages);
	const pending = useStore(chat.outbox.entries);
	const newAfter = useStore(chat.unread.newAfter);
	const { stream } = useSettings();
	const all = useStore(chat.growing.messages);
	const growing = stream ? all : NONE;

	return useMemo(() => partRows(buildRows(messages, pending,
		{ self: 'end_user', newAfter, growing })),
	[messages, pending, newAfter, growing]);
}

/* Tells what the visitor sees; a hidden tab sees nothing. */
function useLooking(chat: Chat, looking: boolean): void
{
	const [visible, setVisible] = useState(!document.hidden);

	useEffect(() => {
		const change = () => setVisible(!document.hidden);

		document.addEventListener('visibilitychange', change);
		return () =>
			document.removeEventListener('visibilitychange', change);
	}, []);
	useEffect(() => chat.unread.look(looking && visible),
		[looking, visible]);
}

function Jump({ chat, onClick }: { chat: Chat; onClick(): void })
{
	const { t } = useWords();
	const count = useStore(chat.unread.count);

	return (
		<button type="button" class={count > 0 ? 'jump jump-new' : 'jump'}
			data-testid="jump" onClick={onClick}
			{...(count === 0
				? { 'aria-label': t('jump_latest') } : {})}>
			{count > 0 && <span>{t('new_messages', { count })}</span>}
			<DownIcon size={18} />
		</button>
	);
}

/* The visitor's last message but those that failed, and what has become of it.
 * A person who answers has read it; a bot that answers is nobody who reads. */
function useTick(chat: Chat, rows: readonly Row[]): [Row | undefined, Tick]
{
	const receipts = useStore(chat.seen.receipts);
	const messages = rows.filter((row) => row.kind === 'message');
	const own = messages.filter(({ message, pending }) =>
		message.sender_type === 'end_user' &&
		pending?.state !== 'failed').at(-1);
	const answered = (by: SenderType) => messages.filter(({ message }) =>
		message.sender_type === by).at(-1)?.message.seq ?? 0;

	if (own === undefined || own.pending !== null)
		return [own, 'sending'];
	const { seq } = own.message;

	return [own, tickOf(seq, raise(receipts, {
		read_seq: answered('agent'), delivered_seq: answered('bot') }))];
}

/* The rows, read out as they come, but not the history. */
function Log({ chat, rows, onChosen }: {
	chat: Chat; rows: Row[]; onChosen(): void;
})
{
	const { t } = useWords();
	const phase = useStore(chat.phase);
	const author = useAuthor(chat);
	const [live, setLive] = useState(false);
	const shown = useMemo(() => rows.flatMap((row) =>
		row.kind === 'message' ? [row.message] : []), [rows]);
	const used = useMemo(() => usedChoices(shown, chat.clicked), [shown]);
	const [lastOwn, tick] = useTick(chat, rows);

	useEffect(() => setLive(phase === 'ready'), [phase]);
	return (
		<div class={rows.length > LONG ? 'log long' : 'log'} role="log" aria-label={t('messages')}
			aria-live={live ? 'polite' : 'off'}>
			{rows.map((row) => row.kind !== 'message'
				? <Separator key={row.key} row={row} />
				: <MessageItem key={row.key} row={row} chat={chat}
					name={row.message.sender_type === 'end_user'
						? '' : author(row.message)} used={used.get(row.message.id)}
					tick={row === lastOwn ? tick : null}
					onChosen={onChosen} />)}
		</div>
	);
}

/* What stands below the messages. */
function Below({ chat, growing }: { chat: Chat; growing: MessageRow[] })
{
	const { t } = useWords();
	const author = useAuthor(chat);
	const typing = useStore(chat.typing.who);
	const resolved = useStore(chat.resolved);
	const writes = useStore(chat.growing.messages).length > 0;

	return (
		<>
			<GrowingList chat={chat} rows={growing} author={author} />
			{resolved && <p class="notice">{t('resolved')}</p>}
			<TypingDots author={author} grows={growing.length > 0}
				who={writes ? BOT : typing} />
		</>
	);
}

export function MessageList({ chat, open, title, onChosen }: {
	chat: Chat; open: boolean; title: string; onChosen(): void;
})
{
	const phase = useStore(chat.phase);
	const { log: rows, growing } = useRows(chat);
	const settings = useSettings();
	const { scroller, atEnd, toEnd } = usePinned(
		[rows, phase, settings], settings.auto_scroll,
		phase === 'ready');
	const unsent = useStore(chat.outbox.entries).at(-1)?.client_id;
	const jump = () => {
		toEnd(true);
		scroller.current?.focus({ preventScroll: true });
	};

	/* What one writes is always shown. */
	useLayoutEffect(() => {
		if (unsent !== undefined)
			toEnd();
	}, [unsent]);
	useLooking(chat, open && atEnd && phase === 'ready');
	return (
		<div class="thread">
			<div class="scroller" ref={scroller} tabIndex={0}
				role="region" aria-label={title}>
				<div class="content">
					{phase !== 'opening' && <Intro />}
					{rows.length > 0 ? null : phase === 'opening'
						? <Loading /> : <Greeting />}
					<Log chat={chat} rows={rows} onChosen={onChosen} />
					<Below chat={chat} growing={growing} />
					<Starters onChosen={onChosen} />
				</div>
			</div>
			{!atEnd && <Jump chat={chat} onClick={jump} />}
		</div>
	);
}
