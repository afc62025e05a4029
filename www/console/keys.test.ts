/* keys.test.ts: the keyboard's commands */
/* SPDX-License-Identifier: MIT */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Keyboard, neighbour } from './keys';

const press = (key: string, more = {}) =>
	({ key, modified: false, typing: false, at: 0, ...more });

test('single keys give their command', () => {
	const keyboard = new Keyboard();
	assert.equal(keyboard.press(press('j')), 'next');
	assert.equal(keyboard.press(press('?')), 'help');
	assert.equal(keyboard.press(press('x')), null);
});

test('what is typed into a field is no command, Escape is', () => {
	const keyboard = new Keyboard();
	assert.equal(keyboard.press(press('c', { typing: true })), null);
	assert.equal(keyboard.press(press('Escape', { typing: true })), 'back');
});

test('keys with a modifier belong to the browser', () => {
	assert.equal(new Keyboard().press(press('r', { modified: true })), null);
});

test('g i is a sequence with a limit', () => {
	const keyboard = new Keyboard();
	assert.equal(keyboard.press(press('g', { at: 0 })), null);
	assert.equal(keyboard.press(press('i', { at: 500 })), 'inbox');
	assert.equal(keyboard.press(press('g', { at: 1000 })), null);
	assert.equal(keyboard.press(press('i', { at: 2500 })), null);
});

test('the second key of a sequence is not a command of its own', () => {
	const keyboard = new Keyboard();
	keyboard.press(press('g', { at: 0 }));
	assert.equal(keyboard.press(press('e', { at: 10 })), null);
	assert.equal(keyboard.press(press('e', { at: 20 })), 'resolve');
});

test('neighbour stays inside the list', () => {
	const ids = ['a', 'b', 'c'];
	assert.equal(neighbour(ids, null, 1), 'a');
	assert.equal(neighbour(ids, 'a', 1), 'b');
	assert.equal(neighbour(ids, 'c', 1), 'c');
	assert.equal(neighbour(ids, 'a', -1), 'a');
	assert.equal(neighbour(ids, 'gone', 1), 'a');
	assert.equal(neighbour([], 'a', 1), null);
});
