/* time.test.ts: days and labels in local time */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dayLabel, daysAgo, sameDay, shortWhen } from './time';

const now = new Date(2026, 0, 15, 12, 0);
const local = (day: number, hour = 12, year = 2026) =>
	new Date(year, 0, day, hour).toISOString();

test('days are local calendar days', () => {
	assert.equal(daysAgo(local(15, 0), now), 0);
	assert.equal(daysAgo(local(14, 23), now), 1);
	assert.equal(sameDay(local(15, 0), local(15, 23)), true);
	assert.equal(sameDay(local(14, 23), local(15, 0)), false);
});

test('labels grow with the distance', () => {
	assert.equal(dayLabel(local(15), 'en', now), 'Today');
	assert.equal(dayLabel(local(14), 'en', now), 'Yesterday');
	assert.equal(dayLabel(local(12), 'en', now), 'Monday');
	assert.equal(dayLabel(local(2), 'en', now), 'January 2');
	assert.equal(dayLabel(local(2, 12, 2025), 'en', now), 'January 2, 2025');
	assert.equal(dayLabel(local(15), 'sw', now), 'Leo');
	assert.equal(shortWhen(local(12), 'en', now), 'Mon');
	assert.equal(shortWhen(local(2), 'en', now), 'Jan 2');
});
