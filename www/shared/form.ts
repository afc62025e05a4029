/* form.ts: what may be filled into a form's fields, as the server checks it,
 * and the answer as text */
/* SPDX-License-Identifier: MIT */

import { valueOf } from './choice';
import { codePoints } from './text';
import type { Field, FormValues } from './types';

/* As people leave it in the field; a box is true or false. */
export type Entered = Record<string, string | boolean>;

/* Names of words: what is wrong with a field. */
export type Fault = 'form_required' | 'form_email' | 'form_phone'
	| 'form_number' | 'form_date' | 'form_long' | 'form_low' | 'form_high';

const LINE_MAX = 300;
const AREA_MAX = 2000;
const EMAIL = /^[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?(?:\.[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?)*$/i;
const PHONE = /^\+?[\d\-(). /]*$/;

export function maxLength(field: Field): number
{
	return Math.min(field.max_length ?? AREA_MAX,
		field.type === 'textarea' ? AREA_MAX : LINE_MAX);
}

function isDate(text: string): boolean
{
	const at = Date.parse(`${text}T00:00:00Z`);

	return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(at) &&
		new Date(at).toISOString().startsWith(text);
}

function outside<T extends string | number>(value: T, field: Field):
	Fault | null
{
	if (typeof field.min === typeof value && value < (field.min as T))
		return 'form_low';
	if (typeof field.max === typeof value && value > (field.max as T))
		return 'form_high';
	return null;
}

export function faultOf(field: Field, entered: string | boolean | undefined):
	Fault | null
{
	const text = typeof entered === 'string' ? entered.trim() : '';

	if (entered === true || text === '')
		return field.required && entered !== true
			? 'form_required' : null;
	if (codePoints(text) > maxLength(field))
		return 'form_long';
	switch (field.type) {
	case 'email':
		return EMAIL.test(text) && text.length <= 254 ? null : 'form_email';
	case 'phone': {
		const digits = text.replace(/\D/g, '').length;

		return PHONE.test(text) && digits >= 6 && digits <= 15
			? null : 'form_phone';
	}
	case 'number':
		return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,2})?$/i.test(text)
			? outside(Number(text), field) : 'form_number';
	case 'date':
		return isDate(text) ? outside(text, field) : 'form_date';
	default:
		return null;
	}
}

/* What is sent: only what was filled in, numbers as numbers. */
export function valuesOf(fields: readonly Field[], entered: Entered): FormValues
{
	const values: FormValues = {};

	for (const field of fields) {
		const value = entered[field.name];

		if (field.type === 'checkbox')
			values[field.name] = value === true;
		else if (typeof value === 'string' && value.trim() !== '')
			values[field.name] = field.type === 'number'
				? Number(value) : value.trim();
	}
	return values;
}

/* A value as people read it. */
export function spelled(field: Field | undefined,
	value: string | number | boolean): string
{
	if (typeof value === 'boolean')
		return value ? '✓' : '–';
	return field?.options?.find((o) => valueOf(o) === value)?.label ??
		String(value);
}

/* As the server will write it. */
export function answerText(fields: readonly Field[], values: FormValues): string
{
	return fields.filter(({ name }) => name in values)
		.map((field) =>
			`${field.label}: ${spelled(field, values[field.name]!)}`)
		.join('\n');
}
