/* retry.test.ts: what is asked again, and when */
/* SPDX-License-Identifier: MIT */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PASSING, pauseMs } from './retry';

test('the pauses double up to an end', () => {
	assert.deepEqual([1, 2, 3, 4, 5, 50].map((n) => pauseMs(n)),
		[2000, 4000, 8000, 16000, 16000, 16000]);
	assert.equal(pauseMs(1, 1), 1);
});

test('only the server\'s own state passes', () => {
	for (const slug of ['unavailable', 'internal', 'rate_limited'])
		assert.ok(PASSING.has(slug));
	for (const slug of ['forbidden', 'not_found', 'bad_request'])
		assert.ok(!PASSING.has(slug));
});
