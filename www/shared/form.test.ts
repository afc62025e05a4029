/* form.test.ts: fields are checked as the server checks them */
/* SPDX-License-Identifier: MIT */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerText, faultOf, valuesOf } from './form';
import type { Field } from './types';

const field = (type: Field['type'], more: Partial<Field> = {}): Field =>
	({ name: 'a', label: 'A', type, ...more });

const ROWS: [Field, string | boolean | undefined, string | null][] = [
	[field('text'), '', null],
	[field('text', { required: true }), ' ', 'form_required'],
	[field('text', { required: true }), undefined, 'form_required'],
	[field('text', { max_length: 3 }), 'abcd', 'form_long'],
	[field('text', { max_length: 3 }), '😀😀😀', null],
	[field('text'), 'x'.repeat(301), 'form_long'],
	[field('textarea'), 'x'.repeat(2000), null],
	[field('email'), 'a@b.example', null],
	[field('email'), 'a@', 'form_email'],
	[field('phone'), '+255 (712) 345-678', null],
	[field('phone'), '12', 'form_phone'],
	[field('phone'), 'call 712345678', 'form_phone'],
	[field('number', { min: 1, max: 9 }), '3', null],
	[field('number', { min: 1 }), '0', 'form_low'],
	[field('number', { max: 9 }), '9.5', 'form_high'],
	[field('number'), 'three', 'form_number'],
	[field('date'), '2026-02-28', null],
	[field('date'), '2026-02-30', 'form_date'],
	[field('date', { min: '2026-01-01' }), '2025-12-31', 'form_low'],
	[field('checkbox', { required: true }), false, 'form_required'],
	[field('checkbox', { required: true }), true, null],
];

for (const [of, entered, fault] of ROWS)
	test(`a field of ${of.type} with ${String(entered).slice(0, 20)}`,
		() => assert.equal(faultOf(of, entered), fault));

test('what is sent, and how it reads', () => {
	const fields = [field('number', { label: 'Guests' }),
		{ ...field('select', { label: 'Room', options: [{ label: 'Sea',
			value: 's' }] }), name: 'room' },
		{ ...field('checkbox', { label: 'Terms' }), name: 'ok' },
		{ ...field('text', { label: 'Empty' }), name: 'none' }];
	const values = valuesOf(fields, { a: ' 2 ', room: 's', none: ' ' });

	assert.deepEqual(values, { a: 2, room: 's', ok: false });
	assert.equal(answerText(fields, values), 'Guests: 2\nRoom: Sea\nTerms: –');
});
