/* unread.test.ts: the badge's count and the place of the "New" line */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryStorage } from '../shared/storage';
import { message } from '../shared/testing';
import { Unread } from './unread';

test('what arrives unseen is counted until seen', () => {
	const unread = new Unread(memoryStorage(), 'k');

	unread.start([message(1)], 1);
	unread.arrived(message(2));
	unread.arrived(message(3, { sender_type: 'end_user' }));
	unread.arrived(message(4));
	assert.equal(unread.count.get(), 2);
	assert.equal(unread.newAfter.get(), 1);
	unread.look(true);
	assert.equal(unread.count.get(), 0);
	assert.equal(unread.newAfter.get(), 1);
	unread.arrived(message(5));
	assert.equal(unread.count.get(), 0);
});

test('a first visit has nothing new, a later one has', () => {
	const storage = memoryStorage();
	const first = new Unread(storage, 'k');

	first.look(true);
	first.start([message(1), message(2)], 2);
	assert.equal(first.newAfter.get(), null);

	const later = new Unread(storage, 'k');

	later.start([message(1), message(2), message(3)], 3);
	assert.equal(later.newAfter.get(), 2);
	assert.equal(later.count.get(), 1);
});
