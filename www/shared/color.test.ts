/* color.test.ts: contrast, against known values */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brandFrom, contrast, parseColor, toHex } from './color';
import type { Rgb } from './color';

const WHITE: Rgb = [255, 255, 255];
const NIGHT: Rgb = [16, 21, 30];
const ratio = (a: string, b: string) =>
	contrast(parseColor(a)!, parseColor(b)!);

test('the published ratios', () => {
	assert.equal(ratio('#777', '#fff').toFixed(2), '4.48');
	assert.equal(ratio('#767676', '#fff').toFixed(2), '4.54');
	assert.equal(ratio('#000', '#fff').toFixed(2), '21.00');
});

test('what is no colour', () => {
	for (const text of ['', 'red', '#12', '#12345', '#gggggg', null,
		'#fff;background:url(x)'])
		assert.equal(parseColor(text), null);
	assert.equal(toHex(parseColor('AbC')!), '#aabbcc');
});

test('every brand can be read, by day and by night', () => {
	for (const color of ['#0066ff', '#ffff00', '#ffffff', '#000000', '#25d366',
		'#ff0000', '#808080', '#ff69b4', '#00ffff', 'nonsense'])
		for (const ground of [WHITE, NIGHT]) {
			const brand = brandFrom(color, ground);

			assert.ok(ratio(brand.fill, brand.onFill) >= 4.5, color);
			assert.ok(contrast(parseColor(brand.fill)!, ground) >= 1.1,
				color);
			assert.ok(contrast(parseColor(brand.ink)!, ground) >= 4.5);
			assert.ok(ratio(brand.ink, brand.tint) >= 4, color);
		}
});
