/* timeline.ts: the thread's rows with a line where each session begins */
/* SPDX-License-Identifier: MIT */
import type { Row } from '../shared/rows';
import type { Message, Session } from '../shared/types';

/* What is known of a session from its messages and from events. */
export interface SessionNote {
	id: string;
	startedAt: string;
	firstSeq: number;
	agentId: string | null;
	tags: readonly string[];
	resolved: boolean;
}

export type Line = Row | { kind: 'session'; key: string; note: SessionNote };

export type Sessions = ReadonlyMap<string, Session>;

function newNote(m: Message, known?: Session): SessionNote
{
	return { id: m.session_id!, startedAt: m.created_at,
		firstSeq: m.seq,
		agentId: known?.assigned_agent_id ?? null,
		tags: known?.tags ?? [],
		resolved: known?.status === 'resolved' };
}

/* The sessions in the order in which they began. Only the last one can still
 * be open: a conversation has one at a time. Where no event told who had a
 * session, the first agent who wrote in it is named. */
export function sessionNotes(
	messages: readonly Message[], known: Sessions,
): SessionNote[]
{
	const notes = new Map<string, SessionNote>();

	for (const m of messages) {
		if (!m.session_id)
			continue;
		let note = notes.get(m.session_id);
		if (note === undefined) {
			note = newNote(m, known.get(m.session_id));
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
