/* timeline.test.ts: sessions in a thread */
/* SPDX-License-Identifier: MIT */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildRows } from '../shared/rows';
import type { Message, Session } from '../shared/types';
import { sessionNotes, withEarlier, withSessions } from './timeline';

function message(
	seq: number, session: string, sender: Message['sender_type'], at: string,
): Message
{
	return {
		id: `m${seq}`, conversation_id: 'c', session_id: session,
		sender_type: sender, content_type: 'text', content: 'x',
		sender_id: sender === 'agent' ? 'amina' : null,
		created_at: `2026-01-${at}.000000Z`, seq,
	};
}

function lines(list: Message[])
{
	return withSessions(buildRows(list, [], { self: 'agent' }),
		sessionNotes(list, new Map()));
}

test('a session has its line, above the day that begins with it', () => {
	const kinds = lines([
		message(1, 'a', 'end_user', '01T10:00:00'),
		message(2, 'a', 'end_user', '01T10:01:00'),
		message(3, 'b', 'end_user', '02T10:00:00'),
	]).map((line) => line.kind).join(' ');

	assert.equal(kinds, 'session day message message session day message');
});

test('a group does not reach across sessions', () => {
	const rows = lines([
		message(1, 'a', 'end_user', '01T10:00:00'),
		message(2, 'b', 'end_user', '01T10:00:10'),
	]).filter((line) => line.kind === 'message');

	assert.deepEqual(rows.map((r) => r.kind === 'message' &&
		[r.first, r.last]), [[true, true], [true, true]]);
});

test('an earlier session is over, and its agent is who wrote in it', () => {
	const [first, second] = sessionNotes([
		message(1, 'a', 'end_user', '01T10:00:00'),
		message(2, 'a', 'agent', '01T10:01:00'),
		message(3, 'b', 'end_user', '01T11:00:00'),
	], new Map());

	assert.equal(first?.resolved, true);
	assert.equal(first?.agentId, 'amina');
	assert.equal(second?.resolved, false);
	assert.equal(second?.agentId, null);
});

test('what events told of a session comes first', () => {
	const known = new Map([['a', { id: 'a', status: 'resolved' as const,
		assigned_agent_id: 'juma', tags: ['refund'],
		first_message_at: null, assigned_at: null, resolved_at: null }]]);
	const [note] = sessionNotes(
		[message(1, 'a', 'agent', '01T10:00:00')], known);

	assert.equal(note?.agentId, 'juma');
	assert.equal(note?.resolved, true);
	assert.deepEqual(note?.tags, ['refund']);
});

const session = (id: string, more: Partial<Session> = {}): Session => ({
	id, status: 'open', assigned_agent_id: null, tags: [],
	first_message_at: null, assigned_at: null, resolved_at: null, ...more });
const known = (...all: Session[]) => new Map(all.map((s) => [s.id, s]));
const WRITTEN = [message(1, 'a', 'end_user', '01T10:00:00'),
	message(2, 'b', 'end_user', '01T11:00:00')];

test('when no session is open, the last one is over', () => {
	const [, last] = sessionNotes(WRITTEN,
		known(session('a'), session('b', { tags: ['kept'] })),
		{ active_session: null, handoff: false });

	assert.equal(last?.resolved, true);
	assert.deepEqual(last?.tags, ['kept']);
});

test('a session of which only its message is known has just begun', () => {
	const [first, last] = sessionNotes(WRITTEN, known(session('a')),
		{ active_session: null, handoff: false });

	assert.deepEqual([first?.resolved, last?.resolved], [true, false]);
});

test('the row knows its session best, the rest is kept', () => {
	const [, last] = sessionNotes(WRITTEN,
		known(session('b', { handoff_at: 't', tags: ['old'] })),
		{ handoff: false, active_session: session('b',
			{ tags: ['new'], assigned_agent_id: 'juma' }) });

	assert.deepEqual([last?.tags, last?.agentId, last?.asked, last?.resolved],
		[['new'], 'juma', true, false]);
});

test('who asked for a person is not answered by the bot', () => {
	const asked = (handoff: boolean) => sessionNotes(WRITTEN, new Map(),
		{ active_session: session('b'), handoff }).map((n) => n.asked);

	assert.deepEqual(asked(true), [false, true]);
	assert.deepEqual(asked(false), [false, false]);
});

test('who resolved a session is told', () => {
	const [first] = sessionNotes(WRITTEN, known(session('a',
		{ status: 'resolved', assigned_agent_id: 'juma',
			resolved_by: 'amina' })));

	assert.equal(first?.agentId, 'juma');
	assert.equal(first?.resolvedBy, 'amina');
});

test('sessions whose messages are not loaded stand before the others', () => {
	const over = { status: 'resolved' as const, first_message_at: 't' };
	const all = known(session('greeted', { ...over, first_message_at: null }),
		session('long ago', { ...over, tags: ['kept'] }),
		session('a', over), session('b'));
	const notes = withEarlier(sessionNotes(WRITTEN, all),
		[...all.keys()], all);

	assert.deepEqual(notes.map((n) => n.id), ['long ago', 'a', 'b']);
	assert.deepEqual([notes[0]?.tags, notes[0]?.resolved], [['kept'], true]);
	assert.equal(withEarlier([], [...all.keys()], all).length, 0);
});
