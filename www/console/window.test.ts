/* window.test.ts: which rows exist, and that the view stays where it is */
/* SPDX-License-Identifier: MIT */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shiftOf, visibleRange } from './window';

test('only rows near the view exist', () => {
	assert.deepEqual(visibleRange(0, 700, 70, 10000), { from: 0, to: 16 });
	assert.deepEqual(visibleRange(70000, 700, 70, 10000),
		{ from: 994, to: 1016 });
	assert.deepEqual(visibleRange(0, 700, 70, 3), { from: 0, to: 3 });
	assert.deepEqual(visibleRange(700, 70, 70, 0), { from: 0, to: 0 });
});

test('a new row above moves the view by one', () => {
	const ids = ['a', 'b', 'c', 'd', 'e'];

	assert.equal(shiftOf(ids, ['new', ...ids], { from: 1, to: 4 }), 1);
	assert.equal(shiftOf(ids, ids, { from: 1, to: 4 }), 0);
});

test('a row in view that jumps to the top does not take the view along', () => {
	assert.equal(shiftOf(['a', 'b', 'c', 'd', 'e'],
		['c', 'a', 'b', 'd', 'e'], { from: 2, to: 5 }), 0);
});
