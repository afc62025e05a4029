/* languages.test.ts: words of one's own in every language */
/* SPDX-License-Identifier: MIT */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { direction, isLanguage, languageName, languages, translationsOf, unsaid,
	withPhrase } from './languages';

test('a phrase is put in and taken out again with its language', () => {
	const one = withPhrase({}, 'de', 'title', 'Hallo');

	assert.deepEqual(one, { de: { title: 'Hallo' } });
	assert.deepEqual(withPhrase(one, 'de', 'intro', 'Na'),
		{ de: { title: 'Hallo', intro: 'Na' } });
	assert.deepEqual(withPhrase(one, 'de', 'title', ''), {});
	assert.deepEqual(withPhrase(one, 'sw', 'title', ''), one);
});

test('languages are those that the widget speaks, and added ones', () => {
	assert.deepEqual(languages({ 'it': {}, 'de': {}, 'default': {} }).slice(-2),
		['pt', 'it']);
	assert.equal(direction('ar'), 'rtl');
	assert.equal(direction('ar-EG'), 'rtl');
	assert.equal(direction('are'), 'ltr');
	assert.ok(isLanguage('pt-BR') && !isLanguage('x') && !isLanguage('<b>'));
	assert.match(languageName('de'), /de/);
	assert.match(languageName('zz_zz'), /zz_zz/);
	assert.deepEqual(translationsOf(null), {});
	assert.deepEqual(translationsOf([]), {});
});

test('what is unsaid comes from the option of that name, else from the widget', () => {
	assert.equal(unsaid('title', 'de', { title: 'Shop' }), 'Shop');
	assert.equal(unsaid('title', 'de', { title: '' }), '');
	assert.equal(unsaid('name', 'de', { name: 'x' }), '');
	assert.equal(unsaid('confirmYes', 'de', {}), 'Ja');
	assert.equal(unsaid('confirmYes', 'pt-BR', {}), 'Sim');
	assert.equal(unsaid('confirmYes', 'it', {}), 'Yes');
});
