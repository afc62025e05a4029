/* route.test.ts: addresses both ways, and where a login may lead */
/* SPDX-License-Identifier: MIT */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loginHref, parseRoute, routeHref, safeNext } from './route';

const ID = '0198c0de-0000-7000-8000-000000000001';

test('an address comes back as it went', () => {
	const route = { page: 'inbox', filter: 'mine', q: 'a b&c', open: ID } as const;
	const url = new URL(routeHref(route), 'http://x');
	assert.deepEqual(parseRoute(url.pathname, url.search), route);
});

test('defaults are left out and nonsense is ignored', () => {
	assert.equal(routeHref({ page: 'inbox', filter: 'unassigned', q: '',
		open: null }),
		'/console/');
	assert.deepEqual(parseRoute('/console/inbox/<x>', '?filter=junk'),
		{ page: 'inbox', filter: 'unassigned', q: '', open: null });
});

test('the pages about the company have addresses of their own', () => {
	const at = (path: string) => parseRoute(path, '');

	assert.equal(at('/console/company').page, 'keys');
	assert.equal(at('/console/company/').page, 'keys');
	assert.equal(at('/console/company/api-keys').page, 'keys');
	assert.equal(routeHref(at('/console/company')),
		'/console/company/api-keys');
	assert.equal(at('/console/company/else').page, 'inbox');
});

test('widgets have addresses, each of its parts too', () => {
	const at = (path: string) => parseRoute(path, '');
	const list = '/console/integrations/web-chat';

	assert.equal(routeHref(at('/console/integrations')), list);
	assert.equal(routeHref(at(`${list}/`)), list);
	assert.deepEqual(at(`${list}/${ID}`).widget, { id: ID, tab: 'settings' });
	for (const path of [`${list}/${ID}`, `${list}/${ID}/install`])
		assert.equal(routeHref(at(path)), path);
	assert.equal(routeHref(at(`${list}/${ID}/else`)), `${list}/${ID}`);
	assert.equal(routeHref(at(`${list}/nothing`)), list);
});

test('the login leads only to paths of this site', () => {
	assert.equal(safeNext('/console/?q=1'), '/console/?q=1');
	for (const bad of [null, '', '//evil.example', '/\\evil.example',
		'https://evil.example', '/a\\b', '/\tx', 'console'])
		assert.equal(safeNext(bad), '/console/');
});

test('the way to the login names the way back', () => {
	assert.equal(loginHref('/console/?q=a&b'),
		'/auth/login?next=%2Fconsole%2F%3Fq%3Da%26b');
});
