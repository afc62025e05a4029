/* options.test.ts: which value of a setting holds */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULTS, Options } from './options';

test('the page comes before the server, the server before the default', () => {
	const options = new Options({ title: 'Of the page' });

	assert.equal(options.known, false);
	assert.equal(options.get().color, DEFAULTS.color);
	options.answered({ title: 'Of the server', greeting: 'Hello',
		maximize: true });
	assert.equal(options.known, true);
	assert.deepEqual([options.get().title, options.get().greeting,
		options.get().maximize, options.get().stream],
	['Of the page', 'Hello', true, true]);
	options.wish({ title: null });
	assert.equal(options.get().title, 'Of the server');
	options.wish({ stream: false });
	assert.equal(options.get().stream, false);
	assert.equal(options.isWished('stream'), true);
	assert.equal(options.isWished('title'), false);
});

test('what is of another kind, or no setting, is not believed', () => {
	const options = new Options();

	for (const bad of [null, 'settings', 5, [], {
		title: 5, starters: ['a', 1], maximize: 'true', font_size: NaN,
		translations: [], theme: 7, icons: 'x', __proto__: { a: 1 },
		constructor: 'x', unknown: 1,
	}]) {
		options.answered(bad);
		options.wish(bad);
		assert.deepEqual(options.get(), DEFAULTS);
	}
	options.answered({ theme: { name: 'dark' }, starters: ['a'] });
	assert.deepEqual(options.get().theme, { name: 'dark' });
	assert.deepEqual(options.get().starters, ['a']);
});
