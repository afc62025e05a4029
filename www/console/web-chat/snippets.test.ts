/* snippets.test.ts: every snippet has the key and the address of this server */
/* SPDX-License-Identifier: MIT */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { pageSample, samples } from './samples';
import { snippets } from './snippets';
import { themeOf, themeParts } from './theme-input';

const place = { origin: 'https://chat.example', key: 'wk_abc', id: 'ID' };

test('every snippet names this server and this widget', () => {
	const all = snippets(place);

	assert.deepEqual(all.map((s) => s.kind), ['html', 'next', 'react', 'vue',
		'angular', 'wordpress', 'shopify', 'element']);
	for (const { kind, code } of all) {
		assert.match(code, /https:\/\/chat\.example\/(widget|integrations\/widget\/v2)\.js/, kind);
		assert.ok(code.includes(kind === 'element' ? '"ID"' : 'wk_abc'), kind);
		assert.doesNotMatch(code, /undefined|\t/, kind);
	}
});

test('the sample for Node makes the hash that the server wants', () => {
	const [node] = samples('hmac');
	const made = new Function('createHmac', 'process', 'user',
		`${node!.code.replace(/^import.*$/m, '')} return hash;`)(createHmac,
		{ env: { CHAT_SECRET: 's' } }, { email: 'a@b.c' });

	assert.equal(made, createHmac('sha256', 's').update('a@b.c').digest('hex'));
	assert.match(pageSample('jwt'), /jwt: /);
	assert.equal(samples('jwt').length, 3);
});

test('a theme is taken apart and put together', () => {
	for (const theme of ['', 'dark', 'dark/a=1/b=2', 'default/a=1',
		'{"name":"dark"}']) {
		const { name, more } = themeParts(theme);
		assert.equal(themeOf(name, more), theme);
	}
	assert.equal(themeOf('', 'a=1'), 'default/a=1');
	assert.equal(themeParts({ name: 'x' }).more, '{"name":"x"}');
});
