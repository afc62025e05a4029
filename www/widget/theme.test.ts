/* theme.test.ts: what an owner may write about looks, and what comes of it */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contrast, parseColor } from '../shared/color';
import { DEFAULTS } from './options';
import { isDark, lookOf, readTheme, sizeOf } from './theme';

const look = (more: object, dark = false) =>
	lookOf({ ...DEFAULTS, ...more }, dark);

test('the same theme as text, as JSON and as objects', () => {
	const wanted = { name: 'default',
		config: { barPrimary: '#003366', fontSize: '0.9rem' } };

	for (const theme of ['default/barPrimary=#003366/fontSize=0.9rem',
		JSON.stringify(wanted), wanted,
		{ name: 'default', ...wanted.config }])
		assert.deepEqual(readTheme(theme), wanted);
	assert.deepEqual(readTheme('dark/a=b%2Fc/=x/y').config, { a: 'b/c' });
	for (const bad of ['{', 'no such', '__proto__', 'toString', ''])
		assert.deepEqual(readTheme(bad), { name: '', config: {} });
});

test('sizes are numbers with a unit, and not too big', () => {
	assert.equal(sizeOf('4'), '4px');
	assert.equal(sizeOf(' 0.90rem '), '0.9rem');
	for (const bad of [undefined, '', '900px', '-1px', '1e3px', '5vw',
		'calc(1px)', '4px;color:red', 'url(x)'])
		assert.equal(sizeOf(bad), null, bad);
});

test('only known keys become properties, and only hex colours', () => {
	const { style, flags } = look({ theme: 'blank/barPrimary=red' +
		'/barText=url(x)/zIndex=5/fontSize=1;x/messageStyle=wild' });

	assert.deepEqual(style, look({}).style);
	assert.deepEqual(flags, {});
	assert.equal(look({ theme: { fontSize: 16 } }).style['--text-widget'],
		'16px');
});

test('whatever the colours, what is written on them can be read', () => {
	const colors = ['#ffff00', '#ffffff', '#000000', '#777777', '#25d366',
		'#0066ff', '#808080'];
	const reads = (a: string | undefined, b: string | undefined) =>
		assert.ok(contrast(parseColor(a)!, parseColor(b)!) >= 4.5,
			`${b} on ${a}`);

	for (const a of colors)
		for (const b of colors)
			for (const dark of [false, true]) {
				const { style } = look({ color: a,
					secondary_color: b, background_color: b,
					theme: { barPrimary: a, barText: b,
						userMessagePrimary: b,
						userMessageText: a, inputText: a,
						conversationText: b } }, dark);

				reads(style['--brand'], style['--on-brand']);
				reads(style['--bar'], style['--on-bar']);
				reads(style['--own-bubble'],
					style['--on-own-bubble']);
				reads(style['--bubble'], style['--on-bubble']);
				reads(style['--ground'], style['--text']);
				reads(style['--ground'], style['--text-muted']);
				reads(style['--ground'], style['--on-field']);
				reads(style['--ground'], style['--thread-text']);
			}
});

test('dark by name, by the address, by the background, or as the system', () => {
	const dark = (more: object, forced: 'light' | 'dark' | null = null,
		system = false) =>
		isDark({ ...DEFAULTS, ...more }, forced, system);

	assert.equal(dark({ theme: 'dark' }), true);
	assert.equal(dark({ theme: 'dark' }, 'light'), false);
	assert.equal(dark({ theme: 'light' }, null, true), false);
	assert.equal(dark({}, null, true), true);
	assert.equal(dark({ background_color: '#101820' }), true);
	assert.equal(dark({ background_color: '#ffffff' }), false);
});
