/* params.test.ts: the frame's address, also as others may write it */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostOrigin, readParams } from './params';

test('reads what the loader writes and what the guide documents', () => {
	const params = readParams('?embed_token=ew_1&session_id=user_7' +
		'&title=Support+Chat&customer_name=Alice%20Smith&theme=dark');

	assert.equal(params.embedToken, 'ew_1');
	assert.equal(params.sessionId, 'user_7');
	assert.equal(params.title, 'Support Chat');
	assert.equal(params.customerName, 'Alice Smith');
	assert.equal(params.theme, 'dark');
	assert.equal(params.color, null);
});

test('the host is the page told, else the referrer, else nobody', () => {
	const told = readParams('?page_url=https%3A%2F%2Fshop.example%2Fa');
	const silent = readParams('');

	assert.equal(hostOrigin(told, ''), 'https://shop.example');
	assert.equal(hostOrigin(silent, 'https://b.example/x'),
		'https://b.example');
	assert.equal(hostOrigin(silent, ''), null);
	assert.equal(hostOrigin(readParams('?page_url=data:x'), ''), null);
});
