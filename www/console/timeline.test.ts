/* timeline.test.ts: sessions in a thread */
/* SPDX-License-Identifier: MIT */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildRows } from '../shared/rows';
import type { Message } from '../shared/types';
import { sessionNotes, withSessions } from './timeline';

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
