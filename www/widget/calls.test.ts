/* calls.test.ts: the functions of the page, and what it sets and calls */
/* SPDX-License-Identifier: MIT */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Calls } from './calls';
import type { Seat } from './seat';

function setup(values: Record<string, unknown>)
{
	const sent: unknown[][] = [];

	return { sent, calls: new Calls({ values } as unknown as Seat,
		(name, data) => sent.push([name, data])) };
}

test('a function gives its result, its error or that it was aborted', async () => {
	const stop = new AbortController();

	stop.abort();
	const { calls, sent } = setup({ functions: {
		sum: { handler: ({ a, b }: { a: number; b: number }) => a + b },
		later: { handler: () => Promise.resolve({ ok: true }) },
		thrown: { handler: () => { throw new Error('no'); } },
		given: { handler: () => new Error('not so') },
		stopped: { handler: () => stop.signal },
	} });

	for (const name of ['sum', 'later', 'thrown', 'given', 'stopped',
		'constructor'])
		await calls.run({ id: name, name, args: { a: 1, b: 2 } });
	assert.deepEqual(sent, [
		['ran', { id: 'sum', result: 3 }],
		['ran', { id: 'later', result: { ok: true } }],
		['ran', { id: 'thrown', error: 'no' }],
		['ran', { id: 'given', error: 'not so' }],
		['ran', { id: 'stopped', abort: true }],
		['ran', { id: 'constructor',
			error: 'There is no function constructor.' }],
	]);
});

test('what is set goes without its handlers; calls wait for the frame', async () => {
	const { calls, sent } = setup({ meta: { a: 1 }, functions: {
		f: { description: 'd', parameters: { type: 'object' },
			handler: () => 1 } }, identity: { user: 'a@b.tz' } });
	const answer = calls.call('sendMessage', [{ text: 'hi' }], false);
	const refused = calls.call('nothing', [], true);

	calls.start();
	assert.deepEqual(sent, [
		['call', { id: 2, name: 'nothing', args: [] }],
		['set', { name: 'meta', value: { a: 1 } }],
		['set', { name: 'functions', value: { f: { description: 'd',
			parameters: { type: 'object' } } } }],
		['call', { id: 1, name: 'sendMessage', args: [{ text: 'hi' }] }],
	]);
	calls.answer({ id: 1, result: { id: 'x' } });
	calls.answer({ id: 2, error: 'There is no method nothing.' });
	assert.deepEqual(await answer, { id: 'x' });
	await assert.rejects(refused, /no method/);
});
