/* rows.test.ts: days, groups, the "New" line, unsent messages */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OutboxEntry } from './outbox';
import { buildRows } from './rows';
import type { Row } from './rows';
import { message } from './testing';

const at = (day: number, minute: number) =>
	new Date(2026, 0, day, 12, minute).toISOString();

const pending: OutboxEntry = { client_id: 'p', conversation_id: 'c',
	content: 'later', created_at: at(5, 1), state: 'waiting' };

const shape = (rows: Row[]) => rows.map((r) => r.kind !== 'message' ? r.kind
	: `${r.message.content}${r.first ? '(' : ''}${r.last ? ')' : ''}`);

test('groups by author within five minutes', () => {
	const rows = buildRows([
		message(1, { created_at: at(5, 0) }),
		message(2, { created_at: at(5, 4) }),
		message(3, { created_at: at(5, 10) }),
		message(4, { created_at: at(5, 11), sender_type: 'agent' }),
	], [], { self: 'end_user' });

	assert.deepEqual(shape(rows),
		['day', 'm1(', 'm2)', 'm3()', 'm4()']);
});

test('a new day is separated and ends the group', () => {
	const rows = buildRows([
		message(1, { created_at: new Date(2026, 0, 5, 23, 59).toISOString() }),
		message(2, { created_at: new Date(2026, 0, 6, 0, 1).toISOString() }),
	], [], { self: 'end_user' });

	assert.deepEqual(shape(rows), ['day', 'm1()', 'day', 'm2()']);
});

test('the new line stands before the first unseen of others', () => {
	const rows = buildRows([
		message(1, { created_at: at(5, 0) }),
		message(2, { created_at: at(5, 0), sender_type: 'end_user' }),
		message(3, { created_at: at(5, 0) }),
		message(4, { created_at: at(5, 0) }),
	], [], { self: 'end_user', newAfter: 1 });

	assert.deepEqual(shape(rows),
		['day', 'm1()', 'm2()', 'new', 'm3(', 'm4)']);
});

test('an unsent message comes last, once, and keeps its key', () => {
	const before = message(1, { created_at: at(5, 0),
		sender_type: 'end_user' });
	const unsent = buildRows([before], [pending], { self: 'end_user' });
	const sent = buildRows([before, message(2, { created_at: at(5, 1),
		sender_type: 'end_user', client_id: 'p', content: 'later' })],
		[pending], { self: 'end_user' });

	assert.deepEqual(shape(unsent), ['day', 'm1(', 'later)']);
	assert.deepEqual(shape(sent), shape(unsent));
	assert.equal(sent.at(-1)!.key, unsent.at(-1)!.key);
});
