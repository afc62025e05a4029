/* bridge.test.ts: whom the bridge believes */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBridge } from './bridge';

interface Posted {
	data: unknown;
	origin: string;
}

function setup()
{
	const posted: Posted[] = [];
	const peer = { postMessage: (data: unknown, origin: string) =>
		posted.push({ data, origin }) } as unknown as Window;
	let receive: (event: unknown) => void = () => undefined;
	const seen: number[] = [];

	Object.assign(globalThis, { window: {
		addEventListener: (_: string, fn: typeof receive) => {
			receive = fn;
		},
		removeEventListener: () => undefined,
	} });
	const bridge = createBridge<{ unread: { count: number } },
		{ open: { open: boolean } }>(() => peer, 'https://a.example', {
			unread: ({ count }) => seen.push(count),
		});

	return { bridge, posted, peer, seen,
		receive: (event: unknown) => receive(event) };
}

test('sends to the exact origin only', () => {
	const { bridge, posted } = setup();

	bridge.send('open', { open: true });
	assert.deepEqual(posted, [{ origin: 'https://a.example',
		data: { baraza: 1, name: 'open', data: { open: true } } }]);
});

test('believes only the right origin, window, mark and name', () => {
	const { receive, peer, seen } = setup();
	const good = { origin: 'https://a.example', source: peer,
		data: { baraza: 1, name: 'unread', data: { count: 3 } } };

	receive(good);
	receive({ ...good, origin: 'https://evil.example' });
	receive({ ...good, source: {} });
	receive({ ...good, data: { name: 'unread', data: { count: 4 } } });
	receive({ ...good, data: { baraza: 1, name: 'constructor' } });
	receive({ ...good, data: { baraza: 1, name: 'other' } });
	receive({ ...good, data: null });
	receive({ ...good, data: 'text' });
	assert.deepEqual(seen, [3]);
});
