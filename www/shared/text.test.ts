/* text.test.ts: links out of people's text */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cleanName, codePoints, fileSize, initials, linkify, safeUrl,
	wellFormed } from './text';

const links = (text: string) => linkify(text)
	.filter((p) => p.href !== undefined).map((p) => p.text);

test('finds addresses and leaves the sentence its punctuation', () => {
	assert.deepEqual(links('See https://a.example/b?c=d, or www.b.example.'),
		['https://a.example/b?c=d', 'www.b.example']);
	assert.deepEqual(links('(https://a.example/x_(y))'),
		['https://a.example/x_(y)']);
	assert.deepEqual(links('write to jane.doe@shop.example!'),
		['jane.doe@shop.example']);
});

test('the parts together are the text', () => {
	for (const text of ['', 'plain', 'http://', 'a https://b.example c',
		'https://b.example', '<img src=x onerror=alert(1)>'])
		assert.equal(linkify(text).map((p) => p.text).join(''), text);
});

test('only followable schemes', () => {
	assert.deepEqual(links('javascript:alert(1) data:text/html,x'), []);
	assert.equal(safeUrl('javascript:alert(1)'), null);
	assert.equal(safeUrl(' java\nscript:alert(1)'), null);
	assert.equal(safeUrl('data:text/html,x'), null);
	assert.equal(safeUrl('https://a.example/'), 'https://a.example/');
	assert.equal(safeUrl(''), null);
});

test('a long text without end is cut in reasonable time', () => {
	assert.equal(linkify('a'.repeat(50000)).length, 1);
	assert.equal(linkify('a.'.repeat(20000) + '@').length, 1);
});

test('names', () => {
	assert.equal(cleanName(' Ann\u202e\n Lee '), 'Ann Lee');
	assert.equal(initials('amina wanjiru njoroge'), 'AN');
	assert.equal(initials('Zoë'), 'Z');
	assert.equal(initials(''), '');
});

test('sizes and counts', () => {
	assert.equal(codePoints('a👩🏽b'), 4);
	assert.equal(fileSize(512, 'en'), '512 byte');
	assert.equal(fileSize(1536, 'en'), '1.5 kB');
});

test('text that no server could store is mended before it is sent', () => {
	assert.equal(wellFormed('a\0b'), 'ab');
	assert.equal(wellFormed('one\x0btwo\x0cthree'), 'one\ntwo\nthree');
	assert.equal(wellFormed('\x07ring \x1b[1mbold\x7f \x80\x9f.'),
		'ring [1mbold .');
	assert.equal(wellFormed('a\tb\r\nc\u00a0d'), 'a\tb\r\nc\u00a0d');
	assert.equal(wellFormed('half \ud83d!'), 'half \ufffd!');
	assert.equal(wellFormed('\ufeffwhole \u{1f337}'), '\ufeffwhole \u{1f337}');
});
