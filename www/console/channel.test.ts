/* channel.test.ts: where a visitor comes from, and who that is there */
/* SPDX-License-Identifier: MIT */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { channelOf, userId } from './channel';
import { visitorName } from './desk';
import { conversation } from './testing';

const from = (channel: string | undefined, external_id: string, display_name = '') =>
	conversation(null, { channel, end_user: { id: 'e', display_name, external_id } });

test('channels have names and icons, also those that come later', () => {
	assert.deepEqual(channelOf(from('web', 'x')), { name: 'Web chat', icon: 'web' });
	assert.deepEqual(channelOf(from(undefined, 'x')), { name: 'Web chat', icon: 'web' });
	assert.deepEqual(channelOf(from('api', 'x')), { name: 'API', icon: 'keys' });
	assert.deepEqual(channelOf(from('pigeon', 'x')), { name: 'pigeon', icon: 'inbox' });
	assert.deepEqual(channelOf(from('toString', 'x')), { name: 'toString', icon: 'inbox' });
});

test('a user of the Chat API is known by the id that was given', () => {
	assert.equal(userId(from('web', 'a:b')), 'a:b');
	assert.equal(userId(from('api', '01JPQ:+255 712')), '+255 712');
	assert.equal(userId(from('api', '01JPQ:')), 'c');
	assert.equal(visitorName(from('api', '01JPQ:+255 712')), '+255 712');
	assert.equal(visitorName(from('api', '01JPQ:+255 712', 'Asha')), 'Asha');
	assert.equal(visitorName(from('api', '01JPQ:')), 'Visitor');
	assert.equal(visitorName(from('web', 'secret')), 'Visitor');
});
