/* options.test.ts: what was changed, what would be sent, what is wrong */
/* SPDX-License-Identifier: MIT */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applied, effective, fault, faults, isChanged, linesOf, type Option,
	publicValues, refusedMember, restored, trimmed, type Widget } from './options';

const widget: Widget = {
	id: 'w', name: 'Shop', chatbot_id: 'b', chatbot_name: 'Bot',
	is_active: true, allowed_origins: [], created_at: '', updated_at: '',
	last_used_at: null, settings: { color: '#123456', width: 400 },
	inherited: { color: '#0066ff', width: 380, title: '' },
	has_identity_secret: false,
};
const option = (key: string, type: Option['type'], more = {}): Option => ({
	key, type, min: 0, max: 10, choices: [], default: null, group: 'look',
	label: key, help: '', public: true, ...more });

test('what is again as it was is not sent', () => {
	assert.deepEqual(trimmed({ name: 'Shop', is_active: true,
		settings: { color: '#123456', title: '' } }, widget), {});
	assert.equal(isChanged({ settings: { width: 400 } }, widget), false);
	assert.deepEqual(trimmed({ name: 'Other', allowed_origins: ['x'],
		settings: { color: null, width: 401, title: 'Hi' } }, widget),
	{ name: 'Other', allowed_origins: ['x'],
		settings: { color: null, width: 401, title: 'Hi' } });
});

test('an emptied option is unset, and what is inherited holds again', () => {
	const after = applied(widget, { settings: { color: '', width: null } });

	assert.deepEqual(after.settings, {});
	assert.deepEqual(trimmed({ settings: { color: '' } }, widget),
		{ settings: { color: null } });
	assert.deepEqual(effective(after), widget.inherited);
	assert.equal(effective(widget).color, '#123456');
	assert.equal(effective(applied(widget,
		{ settings: { stream: false } })).stream, false);
});

test('a refused change comes back under what was changed since', () => {
	assert.deepEqual(restored({ name: 'A', settings: { width: 1, color: 'x' } },
		{ settings: { width: 2 } }),
	{ name: 'A', settings: { width: 2, color: 'x' } });
});

test('a visitor\'s page is told only what it may know', () => {
	assert.deepEqual(publicValues([option('color', 'color'),
		option('secret', 'line', { public: false }),
		option('none', 'line')], { color: '#fff', secret: 's' }),
	{ color: '#fff', none: null });
});

test('wrong values are told before they are sent', () => {
	assert.equal(fault(option('n', 'number'), 10), null);
	assert.match(fault(option('n', 'number'), 11)!, /from 0 to 10/);
	assert.match(fault(option('n', 'number'), NaN)!, /number/);
	assert.equal(fault(option('t', 'line'), '😀'.repeat(10)), null);
	assert.match(fault(option('t', 'line'), 'x'.repeat(11))!, /10 char/);
	assert.equal(fault(option('c', 'color'), '#abc'), null);
	assert.match(fault(option('c', 'color'), 'red')!, /colour/);
	assert.equal(fault(option('l', 'names'), 'en, pt-BR'), null);
	assert.match(fault(option('l', 'names'), 'en;sw')!, /commas/);
	assert.match(fault(option('l', 'list'), Array(11).fill('x'))!, /10 lines/);
	assert.match(fault(option('l', 'list'), ['x'.repeat(301)])!, /300/);
	assert.equal(fault(option('n', 'number'), null), null);
	assert.deepEqual(Object.keys(faults([option('n', 'number'),
		option('c', 'color')], { settings: { n: 99, c: '#fff' } })), ['n']);
});

test('the field of a refusal, and lines of a text', () => {
	assert.equal(refusedMember('width must be a number.'), 'width');
	assert.equal(refusedMember('The database cannot be reached.'), null);
	assert.deepEqual(linesOf(' a \n\n b'), ['a', 'b']);
});
