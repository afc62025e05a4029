/* message.tsx: one message of the thread, sent or not yet */
/* SPDX-License-Identifier: MIT */
import { useLate, useStore } from '../shared/hooks';
import { NO_RECEIPT, tickOf } from '../shared/receipts';
import { Markup } from '../shared/Markup';
import { RichText } from '../shared/RichText';
import type { MessageRow } from '../shared/rows';
import { Tick } from '../shared/Tick';
import { clock, fullTime } from '../shared/time';
import type { Message } from '../shared/types';
import { Avatar } from './avatar';
import { type Desk, useDesk, visitorName } from './desk';
import { FormAnswer, Rich } from './rich';
import { words } from './words';

function author(desk: Desk, m: Message): string
{
	if (m.sender_type === 'bot')
		return words.bot;
	if (m.sender_type === 'agent')
		return !m.sender_id || m.sender_id === desk.myId
			? words.yours : desk.agentName(m.sender_id);
	const c = desk.conversation(m.conversation_id);

	return c ? visitorName(c) : words.visitor;
}

/* The same ground as elsewhere for the same person. */
function seedOf(desk: Desk, m: Message): string
{
	if (m.sender_type === 'agent')
		return m.sender_id ?? desk.myId;
	return desk.conversation(m.conversation_id)?.end_user.id ?? '';
}

export function MessageItem({ row }: { row: MessageRow })
{
	const desk = useDesk();
	const { message: m, pending } = row;
	const name = author(desk, m);

	useStore(desk.agents);
	return (
		<li class={`message from-${m.sender_type}` +
			(row.first ? ' first' : '') + (row.last ? ' last' : '')}
			data-testid={row.growing ? 'growing' : 'message'}
			data-seq={pending || row.growing ? undefined : m.seq}
			data-sender={m.sender_type}
			data-state={pending?.state ?? 'sent'}>
			{row.last && <Avatar size="small" seed={seedOf(desk, m)}
				name={name === words.yours
					? desk.agentName(desk.myId) : name}
				bot={m.sender_type === 'bot'} />}
			<div class="message-body">
				{row.first
					? <span class="author">
						<bdi>{name}</bdi>{' '}
						<time dateTime={m.created_at}
							title={fullTime(m.created_at)}>
							{clock(m.created_at)}
						</time>
					</span>
					: <span class="visually-hidden">{words.said(name)}</span>}
				<Bubble message={m} growing={row.growing} />
				<Fate row={row} />
			</div>
		</li>
	);
}

function Bubble({ message: m, growing }: { message: Message; growing: boolean })
{
	if (m.rich_media?.form)
		return <FormAnswer message={m} />;
	return <>
		{m.content !== '' && <div class="bubble" dir="auto"
			data-testid="text"
			title={fullTime(m.created_at)}>
			{m.sender_type === 'end_user' ? <RichText text={m.content} />
				: <Markup text={m.content} links={!growing} />}
		</div>}
		<Rich message={m} />
	</>;
}

/* What has become of a message of this side: under the last of its group, where
 * it takes the same room whatever it is. */
function Fate({ row }: { row: MessageRow })
{
	const desk = useDesk();
	const link = useStore(desk.connection.state);
	const { message: m, pending } = row;
	const late = useLate(pending);

	if (pending?.state === 'failed')
		return (
			<span class="pending failed" role="alert">
				{words.notSent}{' '}
				<button type="button" class="link-button"
					onClick={() => desk.outbox.retry(pending.client_id)}>
					{words.retry}
				</button>
				{' · '}
				<button type="button" class="link-button"
					onClick={() => desk.outbox.remove(pending.client_id)}>
					{words.discard}
				</button>
			</span>
		);
	if (m.sender_type !== 'agent' || !row.last)
		return null;
	return <span class="pending">
		{pending && (link === 'connecting' ? words.waiting
			: late && words.trying)}
		<MessageTick message={m} sent={!pending} />
	</span>;
}

function MessageTick({ message: m, sent }: { message: Message; sent: boolean })
{
	const desk = useDesk();
	const receipts = useStore(desk.all).get(m.conversation_id)?.receipts;
	const kind = sent ? tickOf(m.seq, receipts?.visitor ?? NO_RECEIPT)
		: 'sending';

	return <Tick kind={kind} label={words.ticks[kind]} />;
}
