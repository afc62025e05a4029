/* tag-input.test.ts: what becomes a tag */
/* SPDX-License-Identifier: MIT */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addTags } from './tag-input';

test('tags are trimmed, split at commas and never twice', () => {
	assert.deepEqual(addTags(['Billing'], ' refund ,billing,,  two  words'),
		['Billing', 'refund', 'two words']);
	assert.deepEqual(addTags([], '   '), []);
});

test('a tag has a longest length, a session a highest number', () => {
	assert.equal(addTags([], 'x'.repeat(80))[0]?.length, 50);
	const many = Array.from({ length: 30 }, (_, n) => `t${n}`).join(',');

	assert.equal(addTags([], many).length, 20);
});
