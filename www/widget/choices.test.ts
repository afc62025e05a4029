/* choices.test.ts: which buttons count as used */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { message } from '../shared/testing';
import type { Message } from '../shared/types';
import { usedChoices } from './choices';

const offer = (seq: number) => message(seq, { content_type: 'quick_button',
	rich_media: { buttons: [{ label: 'Yes', value: 'y' },
		{ label: 'No', value: 'n' }] } });
const click = (seq: number, value: string, more: Partial<Message> = {}) =>
	message(seq, { sender_type: 'end_user', content: 'Yes',
		rich_media: { value }, ...more });
const used = (messages: Message[], clicked = new Map<string, string>()) =>
	[...usedChoices(messages, clicked)];

test('a value answers the nearest offer before it', () => {
	assert.deepEqual(used([offer(1), offer(2), click(3, 'y')]),
		[['id-2', 'y']]);
	assert.deepEqual(used([offer(1), offer(2), click(3, 'y'),
		click(4, 'n')]), [['id-2', 'y'], ['id-1', 'n']]);
});

test('a click of this page answers the message that was clicked', () => {
	assert.deepEqual(used([offer(1), offer(2),
		click(3, 'y', { client_id: 'k' })], new Map([['k', 'id-1']])),
	[['id-1', 'y']]);
});

test('typed text and foreign values use nothing', () => {
	assert.deepEqual(used([offer(1), click(2, 'other'),
		message(3, { sender_type: 'end_user', content: 'Yes' })]), []);
	assert.deepEqual(used([click(1, 'y'), offer(2)]), []);
});

test('cards, options and sections are offers too', () => {
	const value = [{ label: 'A', value: 'a' }];

	for (const media of [{ cards: [{ buttons: value }] },
		{ options: value }, { sections: [{ options: value }] }])
		assert.deepEqual(used([message(1, { rich_media: media }),
			click(2, 'a')]), [['id-1', 'a']]);
});
