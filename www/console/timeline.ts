/* timeline.ts: the thread's rows with a line where each session begins */
/* SPDX-License-Identifier: MIT */
import type { Row } from '../shared/rows';
import type { Conversation, Message, Session } from '../shared/types';

/* What is known of a session from its messages and from events. */
export interface SessionNote {
	id: string;
	startedAt: string;
	firstSeq: number;
	agentId: string | null;
	tags: readonly string[];
	resolved: boolean;
	resolvedBy: string | null;
	/* the visitor asked for a person */
	asked: boolean;
}

export type Line = Row | { kind: 'session'; key: string; note: SessionNote };

export type Sessions = ReadonlyMap<string, Session>;

/* What the conversation's row says of its sessions. */
export type Present = Pick<Conversation, 'active_session' | 'handoff'>;

/* Known as open, but not the conversation's open session any more, it has
 * ended; what is not known at all has just begun. */
function newNote(m: Message, known: Session | undefined, now?: Present):
	SessionNote
{
	const active = now?.active_session?.id === m.session_id;

	return { id: m.session_id!, startedAt: m.created_at,
		firstSeq: m.seq,
		agentId: known?.assigned_agent_id ?? null,
		tags: known?.tags ?? [],
		resolved: known?.status === 'resolved' ||
			(known !== undefined && now !== undefined && !active),
		resolvedBy: known?.resolved_by ?? null,
		asked: Boolean(known?.handoff_at) ||
			(active && now!.handoff) };
}

/* The sessions in the order in which they began. Only the last one can still
 * be open: a conversation has one at a time. Where nothing told who had a
 * session, the first agent who wrote in it is named. */
export function sessionNotes(
	messages: readonly Message[], sessions: Sessions, now?: Present,
): SessionNote[]
{
	const active = now?.active_session;
	const known = active ? new Map(sessions).set(active.id,
		{ ...sessions.get(active.id), ...active }) : sessions;
	const notes = new Map<string, SessionNote>();

	for (const m of messages) {
		if (!m.session_id)
			continue;
		let note = notes.get(m.session_id);
		if (note === undefined) {
			note = newNote(m, known.get(m.session_id), now);
			notes.set(m.session_id, note);
		}
		if (m.sender_type === 'agent' && note.agentId === null)
			note.agentId = m.sender_id ?? null;
	}
	const list = [...notes.values()];

	for (const note of list.slice(0, -1))
		note.resolved = true;
	return list;
}

/* The notes, oldest first, with those before them of which no message is
 * loaded; `all` is every session of the conversation in that order. */
export function withEarlier(
	notes: readonly SessionNote[], all: readonly string[], known: Sessions,
): SessionNote[]
{
	const first = notes[0] ? all.indexOf(notes[0].id) : -1;
	const earlier = all.slice(0, Math.max(0, first))
		.map((id) => known.get(id)!)
		.filter((s) => s !== undefined && s.first_message_at !== null);

	return [...earlier.map((s) => ({ id: s.id, firstSeq: 0,
		startedAt: s.first_message_at!, agentId: s.assigned_agent_id,
		tags: s.tags, resolved: true, resolvedBy: s.resolved_by ?? null,
		asked: Boolean(s.handoff_at) })), ...notes];
}

/* The rows with a session's line before its first message, above the day's
 * line where a day begins with it. Groups do not reach across sessions. */
export function withSessions(
	rows: readonly Row[], notes: readonly SessionNote[],
): Line[]
{
	const starts = new Map(notes.map((n) => [n.firstSeq, n]));
	const lines: Line[] = [];

	for (const row of rows) {
		const note = row.kind === 'message'
			? starts.get(row.message.seq) : undefined;
		if (note === undefined || row.kind !== 'message') {
			lines.push(row);
			continue;
		}
		let at = lines.length;
		while (at > 0 && lines[at - 1]!.kind !== 'message')
			at--;
		const before = lines[at - 1];
		if (before?.kind === 'message')
			before.last = true;
		lines.splice(at, 0, { kind: 'session',
			key: `session-${note.id}`, note });
		lines.push({ ...row, first: true });
	}
	return lines;
}
