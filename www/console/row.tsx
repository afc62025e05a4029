/* row.tsx: one conversation in the list */
/* SPDX-License-Identifier: MIT */
import { useStore } from '../shared/hooks';
import { NO_RECEIPT, tickOf } from '../shared/receipts';
import { cleanName } from '../shared/text';
import { Tick } from '../shared/Tick';
import { fullTime, shortWhen } from '../shared/time';
import type { Conversation, LastMessage } from '../shared/types';
import { Avatar } from './avatar';
import { channelOf } from './channel';
import { useDesk, visitorName } from './desk';
import { Icon } from './icons';
import { holder, isOpen } from './inbox';
import { go } from './navigate';
import { routeHref } from './route';
import { words } from './words';

function preview(message: LastMessage | null): string
{
	if (message === null)
		return '';
	const said = message.content.slice(0, 200).replace(/\s+/g, ' ').trim();
	const kind = { image: words.image, file: words.file,
		carousel: words.cards }[message.content_type as string];
	const who = { bot: `${words.bot}: `, agent: `${words.reply}: `,
		end_user: '' }[message.sender_type];

	return who + (said || kind || words.offered);
}

export interface RowProps {
	conversation: Conversation;
	open: boolean;
	/* The one row that the Tab key reaches. */
	reachable: boolean;
}

export function ConversationRow({ conversation: c, open, reachable }: RowProps)
{
	const desk = useDesk();
	const route = useStore(desk.route);
	const name = visitorName(c);
	const channel = channelOf(c);

	return (
		<a class={`row${c.unread_count > 0 ? ' row-unread' : ''}`}
			href={routeHref({ ...route, open: c.id })}
			data-testid="conversation-row" data-id={c.id}
			data-unread={c.unread_count} tabIndex={reachable ? 0 : -1}
			aria-current={open ? 'true' : undefined}
			onClick={(event) => {
				if (event.metaKey || event.ctrlKey || event.shiftKey)
					return;
				event.preventDefault();
				go(desk, { open: c.id });
			}}>
			<Avatar name={name} seed={c.end_user.id} />
			<span class="row-top">
				<span class="row-name" dir="auto">{name}</span>
				<time class="row-time" dateTime={c.updated_at}
					title={fullTime(c.updated_at)}>
					{shortWhen(c.updated_at)}
				</time>
			</span>
			<span class="row-bottom">
				<Icon name={channel.icon} />
				<span class="visually-hidden">{channel.name}. </span>
				<RowTick conversation={c} />
				<RowPreview conversation={c} />
				<RowMarks conversation={c} />
			</span>
		</a>
	);
}

/* Where the last word is an agent's: whether the visitor has it. */
function RowTick({ conversation: c }: { conversation: Conversation })
{
	const typing = useStore(useDesk().typing).has(c.id);
	const last = c.last_message;

	if (typing || last?.sender_type !== 'agent')
		return null;
	const kind = tickOf(last.seq, c.receipts?.visitor ?? NO_RECEIPT);

	return <Tick kind={kind} label={words.ticks[kind]} />;
}

function RowPreview({ conversation: c }: { conversation: Conversation })
{
	const typing = useStore(useDesk().typing).has(c.id);

	return typing
		? <span class="row-preview row-typing">{words.typing}</span>
		: <span class="row-preview" dir="auto">{preview(c.last_message)}
		</span>;
}

function RowMarks({ conversation: c }: { conversation: Conversation })
{
	const desk = useDesk();
	const who = holder(c);
	const other = who !== null && who !== desk.myId;

	useStore(desk.agents);
	return (
		<span class="row-marks">
			{c.handoff && isOpen(c) && who === null &&
				<span class="mark mark-hand" title={words.askedHuman}>
					<Icon name="hand" />
					<span class="visually-hidden">{words.askedHuman}</span>
				</span>}
			{!isOpen(c) && <span class="mark mark-done"
				title={words.resolvedMark}>
				<Icon name="check" />
				<span class="visually-hidden">{words.resolvedMark}</span>
			</span>}
			{other && <span class="mark mark-who">
				{cleanName(desk.agentName(who)).split(' ')[0]}
			</span>}
			{c.unread_count > 0 && <span class="badge">
				{Math.min(99, c.unread_count)}
				<span class="visually-hidden">
					{' '}{words.unread(c.unread_count)}
				</span>
			</span>}
		</span>
	);
}
