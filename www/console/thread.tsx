/* thread.tsx: the second pane: the open conversation */
/* SPDX-License-Identifier: MIT */
import { useEffect, useRef } from 'preact/hooks';
import { useStore } from '../shared/hooks';
import type { Conversation } from '../shared/types';
import { Avatar } from './avatar';
import { Banner, BotFailed } from './banner';
import { Composer } from './composer';
import { type OpenThread, useDesk, visitorName } from './desk';
import { Icon } from './icons';
import { holder, isOpen } from './inbox';
import { NarrowLinkNote } from './link';
import { MessageLog } from './log';
import { go } from './navigate';
import { openThread } from './threads';
import { words } from './words';
import { claimHere } from './work';

export function ThreadPane()
{
	const desk = useDesk();
	const thread = useStore(desk.open);
	const all = useStore(desk.all);

	if (thread === null)
		return (
			<section class="pane thread-pane" aria-label={words.messages}>
				<div class="empty">
					<span class="empty-icon" aria-hidden="true">
						<Icon name="inbox" />
					</span>
					<h2 class="title">{words.nothingOpen}</h2>
					<p class="for-keys">{words.nothingOpenHint}</p>
				</div>
			</section>
		);
	const c = all.get(thread.id);

	return (
		<section class="pane thread-pane" aria-labelledby="thread-title">
			<ThreadHead key={thread.id} status={thread.status}
				conversation={c} />
			<NarrowLinkNote />
			{thread.status === 'ready' && c !== undefined
				? <Ready key={thread.id} thread={thread} conversation={c} />
				: <NotReady thread={thread} />}
		</section>
	);
}

function Ready({ thread, conversation: c }:
	{ thread: OpenThread; conversation: Conversation })
{
	return <>
		<MessageLog thread={thread} />
		<div class="thread-foot">
			<BotFailed conversation={c} />
			<Banner conversation={c} />
			{isOpen(c) && <Composer conversation={c} />}
		</div>
	</>;
}

function NotReady({ thread }: { thread: OpenThread })
{
	const desk = useDesk();

	if (thread.status === 'loading' || thread.status === 'ready')
		return <div class="empty" role="status">{words.loading}</div>;
	const missing = thread.status === 'missing';

	return (
		<div class="empty" role="alert">
			<span class="empty-icon" aria-hidden="true">
				<Icon name="warn" />
			</span>
			<p>{missing ? words.notFound : words.threadFailed}</p>
			<button type="button" class="button" onClick={() => missing
				? go(desk, { open: null })
				: void openThread(desk, thread.id)}>
				{missing ? words.backToList : words.retry}
			</button>
		</div>
	);
}

function ThreadHead({ conversation: c, status }: {
	conversation: Conversation | undefined; status: OpenThread['status'];
})
{
	const desk = useDesk();
	const title = useRef<HTMLHeadingElement>(null);
	const name = c ? visitorName(c)
		: status === 'loading' ? words.loading : words.conversation;

	/* Opened by a person's own act, so the focus may come along; the row
	 * keeps it where both panes are in view. */
	useEffect(() => {
		if (getComputedStyle(document.querySelector('.list-pane')!)
			.display === 'none')
			title.current!.focus();
	}, []);
	return (
		<header class="thread-head">
			<button type="button" class="icon-button back"
				aria-label={words.backToList} data-testid="back"
				onClick={() => go(desk, { open: null })}>
				<Icon name="back" />
			</button>
			{c && <Avatar name={name} seed={c.end_user.id} />}
			<div class="thread-who">
				<h2 id="thread-title" class="title" tabIndex={-1} ref={title}
					dir="auto">{name}</h2>
				{c && <StateLine conversation={c} />}
			</div>
			{c && <HeadButtons conversation={c} />}
		</header>
	);
}

function StateLine({ conversation: c }: { conversation: Conversation })
{
	const desk = useDesk();
	const who = holder(c);

	useStore(desk.agents);
	return (
		<p class="thread-state">
			{!isOpen(c) ? words.resolvedMark
				: who === null ? words.filter.unassigned
					: who === desk.myId ? words.assignedYou
						: words.assignedTo(desk.agentName(who))}
			{c.handoff && isOpen(c) && who === null &&
				<span class="ask"> · {words.askedHuman}</span>}
		</p>
	);
}

function HeadButtons({ conversation: c }: { conversation: Conversation })
{
	const desk = useDesk();
	const who = holder(c);
	const drawer = useStore(desk.drawer);

	return (
		<div class="thread-buttons">
			{isOpen(c) && who === null &&
				<button type="button" class="button primary"
					data-testid="claim" title={`${words.claim} (c)`}
					onClick={() => void claimHere(desk, c.id)}>
					{words.claim}
				</button>}
			{isOpen(c) && (who === null || who === desk.myId) &&
				<button type="button" class="button" data-testid="resolve"
					title={`${words.resolve} (e)`}
					onClick={() => desk.dialog.set('resolve')}>
					<Icon name="check" /><span>{words.resolve}</span>
				</button>}
			<button type="button" class="icon-button details-button"
				id="details"
				aria-label={words.details} title={words.details}
				aria-expanded={drawer} data-testid="details"
				onClick={() => desk.drawer.set(!drawer)}>
				<Icon name="panel" />
			</button>
		</div>
	);
}
