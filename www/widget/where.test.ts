/* where.test.ts: on which pages the widget is */
/* SPDX-License-Identifier: MIT */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAllowed, watchPlace } from './where';

test('paths match as the guide has it', () => {
	const at = (pattern: string, ...paths: string[]) =>
		paths.map((path) => isAllowed([pattern], path));

	assert.deepEqual(at('/contact', '/contact', '/contacts', '/contact/x', '/'),
		[true, false, false, false]);
	assert.deepEqual(at('/shop/*', '/shop', '/shop/', '/shop/shoes/nike',
		'/shopping', '/'), [true, true, true, false, false]);
	assert.deepEqual(at('/*', '/', '/a'), [true, true]);
	assert.equal(isAllowed(['/a', '/b'], '/b'), true);
	for (const none of [null, undefined, []])
		assert.equal(isAllowed(none, '/anything'), true);
});

test('navigation without a load is noticed, and does what it did', () => {
	const calls: unknown[][] = [];
	const listeners = new Map<string, () => void>();
	let seen = 0;

	Object.assign(globalThis, {
		history: { pushState: (...args: unknown[]) => calls.push(args),
			replaceState: () => { throw new Error('refused'); } },
		addEventListener: (name: string, fn: () => void) =>
			listeners.set(name, fn),
		removeEventListener: (name: string) => listeners.delete(name),
	});
	const stop = watchPlace(() => seen++);

	history.pushState({ a: 1 }, '', '/b');
	assert.deepEqual([calls, seen], [[[{ a: 1 }, '', '/b']], 1]);
	assert.throws(() => history.replaceState(null, ''), /refused/);
	assert.equal(seen, 1);
	listeners.get('popstate')!();
	listeners.get('hashchange')!();
	assert.equal(seen, 3);
	stop();
	history.pushState(null, '');
	assert.deepEqual([seen, listeners.size], [3, 0]);
});
