/* contact.tsx: the third pane: who the visitor is, and what was before */
/* SPDX-License-Identifier: MIT */
import { useEffect, useRef, useState } from 'preact/hooks';
import { useStore } from '../shared/hooks';
import type { Room } from '../shared/room';
import { clock, dayLabel, fullTime, shortWhen } from '../shared/time';
import type { Conversation } from '../shared/types';
import { Avatar } from './avatar';
import { channelOf, userId } from './channel';
import { useDesk, visitorName } from './desk';
import { knownTags } from './dialogs';
import { Icon } from './icons';
import { holder, isOpen } from './inbox';
import { howItStands, useNotes, whoHad } from './log';
import { TagInput } from './tag-input';
import { type SessionNote, withEarlier } from './timeline';
import { words } from './words';
import { tag } from './work';

export function ContactPane()
{
	const desk = useDesk();
	const thread = useStore(desk.open);
	const c = useStore(desk.all).get(thread?.id ?? '');
	const drawer = useStore(desk.drawer);
	const was = useRef(drawer);

	/* As a drawer it takes the focus and gives it back; as a pane it is
	 * never "opened". */
	useEffect(() => {
		if (was.current !== drawer)
			document.getElementById(drawer ? 'contact-close'
				: 'details')?.focus();
		was.current = drawer;
	}, [drawer]);
	if (thread === null || c === undefined)
		return null;
	return (
		<aside class={`pane contact-pane${drawer ? ' drawn' : ''}`}
			aria-label={words.contact} data-testid="contact">
			<button type="button" class="icon-button contact-close"
				id="contact-close" aria-label={words.close}
				onClick={() => desk.drawer.set(false)}>
				<Icon name="close" />
			</button>
			<Who conversation={c} />
			<Details id={c.id} />
			<Tags key={c.active_session?.id ?? ''} conversation={c}
				room={thread.room} />
			{thread.room && <Sessions key={c.id} id={c.id}
				room={thread.room} />}
		</aside>
	);
}

function Who({ conversation: c }: { conversation: Conversation })
{
	const desk = useDesk();
	const name = visitorName(c);
	const who = holder(c);
	const channel = channelOf(c);

	useStore(desk.agents);
	return <>
		<header class="contact-head">
			<Avatar name={name} seed={c.end_user.id} size="large" />
			<h2 class="title" dir="auto">{name}</h2>
		</header>
		<dl class="facts">
			<dt>{words.channel}</dt>
			<dd><Icon name={channel.icon} />{channel.name}</dd>
			<dt>{words.externalId}</dt>
			<dd><ExternalId text={userId(c)} /></dd>
			<dt>{words.firstSeen}</dt>
			<dd><time dateTime={c.created_at} title={fullTime(c.created_at)}>
				{dayLabel(c.created_at)}</time></dd>
			<dt>{words.lastActive}</dt>
			<dd><time dateTime={c.updated_at} title={fullTime(c.updated_at)}>
				{shortWhen(c.updated_at)}</time></dd>
			{isOpen(c) && <>
				<dt>{words.answeredBy}</dt>
				<dd>{who === null ? words.nobody : who === desk.myId
					? words.yours : desk.agentName(who)}</dd>
			</>}
		</dl>
	</>;
}

function ExternalId({ text }: { text: string })
{
	const desk = useDesk();

	return <>
		<code class="code" dir="ltr">{text}</code>
		<button type="button" class="link-button" onClick={() => {
			void navigator.clipboard?.writeText(text).then(() =>
				desk.toast(words.copied));
		}}>{words.copy}</button>
	</>;
}

/* What the site told of its visitor. */
function Details({ id }: { id: string })
{
	const details = Object.entries(
		useStore(useDesk().details).get(id) ?? {});

	return details.length === 0 ? null : (
		<section class="contact-part" aria-labelledby="contact-details">
			<h3 class="label" id="contact-details">
				{words.toldBySite}</h3>
			<dl class="facts" data-testid="contact-details">
				{details.map(([name, value]) => <>
					<dt dir="auto">{name.replaceAll('_', ' ')}</dt>
					<dd dir="auto">{`${value}`}</dd>
				</>)}
			</dl>
		</section>
	);
}

function Tags({ conversation: c, room }:
	{ conversation: Conversation; room: Room | null })
{
	const desk = useDesk();
	const [typed, setTyped] = useState('');

	return (
		<section class="contact-part" aria-labelledby="contact-tags">
			<h3 class="label" id="contact-tags">{words.tags}</h3>
			{isOpen(c)
				? <TagInput id="contact-tag" testId="contact-tag-input"
					label={words.addTag} typed={typed}
					tags={c.active_session!.tags}
					known={knownTags(desk)} onTyped={setTyped}
					onTags={(now) => void tag(desk, c.id, now)} />
				: room && <LastTags id={c.id} room={room} />}
		</section>
	);
}

/* No session is open: what the last one was about. */
function LastTags({ id, room }: { id: string; room: Room })
{
	const tags = useNotes(useDesk(), room, id).at(-1)?.tags ?? [];

	return (
		<p class="tag-list">{tags.length === 0 ? words.noTags
			: tags.map((t) => <span class="tag" dir="auto" key={t}>
				{t}</span>)}</p>
	);
}

function Sessions({ id, room }: { id: string; room: Room })
{
	const desk = useDesk();
	const known = useStore(desk.sessions);
	const notes = withEarlier(useNotes(desk, room, id),
		desk.sessionsOf.get(id) ?? [], known);

	return (
		<section class="contact-part" aria-labelledby="contact-sessions">
			<h3 class="label" id="contact-sessions">{words.sessions}</h3>
			<ol class="sessions" role="list">
				{notes.reverse().map((note) =>
					<SessionItem key={note.id} note={note} />)}
			</ol>
		</section>
	);
}

function SessionItem({ note }: { note: SessionNote })
{
	const desk = useDesk();

	useStore(desk.agents);
	return (
		<li class="session-item" data-testid="session-item">
			<span class="session-name">
				{dayLabel(note.startedAt)}, {clock(note.startedAt)}
				<span class={note.resolved ? 'state' : 'state state-open'}>
					{howItStands(desk, note)}
				</span>
			</span>
			<span class="session-facts">
				{whoHad(desk, note)}
			</span>
			{note.tags.length > 0 && <span class="tag-list">
				{note.tags.map((t) => <span class="tag" dir="auto" key={t}>
					{t}</span>)}
			</span>}
		</li>
	);
}
