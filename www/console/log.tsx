/* log.tsx: the messages of the open thread, and where the reader is in them.
 * The view follows the end only while the end is in view. */
/* SPDX-License-Identifier: MIT */
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { useStore } from '../shared/hooks';
import type { Room } from '../shared/room';
import { buildRows, type MessageRow, partRows } from '../shared/rows';
import { dayLabel } from '../shared/time';
import { type Desk, type OpenThread, useDesk } from './desk';
import { Icon } from './icons';
import { MessageItem } from './message';
import { loadOlder, markSeen } from './threads';
import { type Line, sessionNotes, type SessionNote, withSessions }
	from './timeline';
import { words } from './words';

/* This close to the end counts as the end. */
const NEAR = 48;

/* Sessions as known from rows and events, the active one as it is now. */
export function useNotes(desk: Desk, room: Room, id: string): SessionNote[]
{
	const messages = useStore(room.thread.messages);
	const known = useStore(desk.sessions);
	const now = useStore(desk.all).get(id);

	return useMemo(() => sessionNotes(messages, known, now),
		[messages, known, now?.active_session, now?.handoff]);
}

/* "claimed by you", or that nobody has: the bot answers, or a person is asked
 * for and the visitor waits. */
export function whoHad(desk: Desk, note: SessionNote): string
{
	if (note.agentId !== null)
		return words.claimedBy(note.agentId === desk.myId
			? words.you : desk.agentName(note.agentId));
	if (!note.asked)
		return words.unclaimed;
	return note.resolved ? words.claimedByNobody : words.visitorWaits;
}

/* "open", "resolved", or by whom where that was not who had claimed it. */
export function howItStands(desk: Desk, note: SessionNote): string
{
	if (!note.resolved)
		return words.sessionOpen;
	if (note.resolvedBy === null || note.resolvedBy === note.agentId)
		return words.sessionResolved;
	return words.resolvedBy(note.resolvedBy === desk.myId
		? words.you : desk.agentName(note.resolvedBy));
}

function useLines(desk: Desk, thread: OpenThread):
	{ log: Line[]; growing: MessageRow[] }
{
	const room = thread.room!;
	const messages = useStore(room.thread.messages);
	const entries = useStore(desk.outbox.entries);
	const notes = useNotes(desk, room, thread.id);
	const growing = useStore(desk.growing.messages);

	return useMemo(() => partRows(withSessions(buildRows(messages,
		entries.filter((e) => e.conversation_id === thread.id),
		{ self: 'agent', newAfter: thread.newAfter, growing }), notes)),
	[messages, entries, notes, thread.newAfter, growing]);
}

interface Place {
	first: string | undefined;
	last: string | undefined;
	count: number;
	height: number;
}

function placeOf(lines: readonly Line[], height: number): Place
{
	const messages = lines.filter((l) => l.kind === 'message');

	return { first: messages[0]?.key, last: messages.at(-1)?.key,
		count: messages.length, height };
}

/* Keeps the reader's place over changes of the lines; returns the number of
 * messages that came below it. */
function usePlace(desk: Desk, lines: readonly Line[])
{
	const box = useRef<HTMLDivElement>(null);
	const place = useRef<Place | null>(null);
	const [below, setBelow] = useState(0);
	const atEnd = () => {
		setBelow(0);
		void markSeen(desk);
	};
	const toEnd = () => {
		box.current!.scrollTop = box.current!.scrollHeight;
		desk.atEnd = true;
		atEnd();
	};

	useLayoutEffect(() => {
		const el = box.current!;
		const before = place.current;
		const now = placeOf(lines, el.scrollHeight);
		const last = lines.at(-1);
		const wrote = last?.kind === 'message' && last.pending !== null &&
			before?.last !== now.last;

		place.current = now;
		if (before !== null && before.first !== now.first &&
		    before.last === now.last)
			el.scrollTop += now.height - before.height;
		else if (before === null || desk.atEnd || wrote)
			toEnd();
		else if (before.last !== now.last)
			setBelow((n) => n + now.count - before.count);
	}, [lines]);
	useFollow(desk, box);
	return { box, below, toEnd, onScroll: useScroll(desk, box, atEnd) };
}

/* A picture that loads moves the end away; only the reader's own way up
 * leaves it. */
function useScroll(desk: Desk, box: { current: HTMLDivElement | null },
	atEnd: () => void): () => void
{
	const top = useRef(0);

	return () => {
		const el = box.current!;
		const near =
			el.scrollHeight - el.scrollTop - el.clientHeight < NEAR;

		if (near || el.scrollTop < top.current)
			desk.atEnd = near;
		top.current = el.scrollTop;
		if (near)
			atEnd();
		if (el.scrollTop < 200)
			void loadOlder(desk);
	};
}

/* Pictures that load and a window that shrinks do not hide the end. */
function useFollow(desk: Desk, box: { current: HTMLDivElement | null }): void
{
	useLayoutEffect(() => {
		const el = box.current!;
		const watch = new ResizeObserver(() => {
			if (desk.atEnd)
				el.scrollTop = el.scrollHeight;
		});

		watch.observe(el);
		watch.observe(el.firstElementChild!);
		return () => watch.disconnect();
	}, []);
}

export function MessageLog({ thread }: { thread: OpenThread })
{
	const desk = useDesk();
	const { log: lines, growing } = useLines(desk, thread);
	const { box, below, toEnd, onScroll } = usePlace(desk, lines);

	return (
		<div class="log-frame">
			<div class="log" role="log" aria-label={words.messages}
				aria-busy={thread.older === 'loading'} tabIndex={0}
				ref={box} onScroll={onScroll}>
				<div class="log-inner">
					<Older thread={thread} />
					<ol class="lines" role="list">
						{lines.map((line) =>
							<LineItem key={line.key} line={line} />)}
					</ol>
					<GrowingLines rows={growing} />
				</div>
			</div>
			<Typing id={thread.id} grows={growing.length > 0} />
			{below > 0 && <button type="button" class="jump"
				data-testid="jump" onClick={toEnd}>
				<Icon name="down" /> {words.newMessages(below)}
			</button>}
		</div>
	);
}

function Older({ thread }: { thread: OpenThread })
{
	const desk = useDesk();

	if (thread.oldest <= 1)
		return null;
	return (
		<p class="older">
			{thread.older === 'loading' ? words.loading
				: <button type="button" class="link-button"
					onClick={() => void loadOlder(desk)}>
					{words.older}
				</button>}
		</p>
	);
}

function LineItem({ line }: { line: Line })
{
	switch (line.kind) {
	case 'day':
		return <li class="day"><span>{dayLabel(line.at)}</span></li>;
	case 'new':
		return <li class="new-line"><span>{words.newLine}</span></li>;
	case 'session':
		return <SessionLine note={line.note} />;
	default:
		return <MessageItem row={line} />;
	}
}

/* "Session · claimed by Amina · resolved", with its tags. */
function SessionLine({ note }: { note: SessionNote })
{
	const desk = useDesk();

	useStore(desk.agents);
	return (
		<li class="session-line" data-testid="session">
			<span>{words.session}</span>
			<span>{whoHad(desk, note)}</span>
			<span>{howItStands(desk, note)}</span>
			{note.tags.map((tag) => <span key={tag} class="tag" dir="auto">
				{tag}
			</span>)}
		</li>
	);
}

/* Not for hearers, who get the whole message in the log. */
function GrowingLines({ rows }: { rows: readonly MessageRow[] })
{
	const texts = useStore(useDesk().growing.texts);

	return (
		<ol class="lines" aria-hidden="true">
			{rows.map((row) => <MessageItem key={row.key}
				row={{ ...row, message: { ...row.message,
					content: texts.get(row.message.id) ?? '' } }} />)}
		</ol>
	);
}

function Typing({ id, grows }: { id: string; grows: boolean })
{
	const typing = useStore(useDesk().typing).get(id);
	const name = grows ? words.bot : typing;

	return (
		<div class="typing" role="status">
			{name !== undefined && <span data-testid="typing">
				<span class="dots" aria-hidden="true"><i /><i /><i /></span>
				{words.typingName(name)}
			</span>}
		</div>
	);
}
