// prometheus.mjs: reads the text format 0.0.4 as strictly as its definition
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
const NUMBER = /^(?:[+-]?(?:\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+)|NaN|[+-]Inf)$/;

/** `a="b",c="d"}` to [labels, what stands behind the brace]. */
function takeLabels(text) {
	const labels = {};
	while (!text.startsWith("}")) {
		const [all, name, value] = text.match(/^([^=]*)="((?:[^"\\\n]|\\[\\"n])*)"/) ??
			assert.fail(`no label: ${text}`);
		assert.match(name, LABEL);
		assert.ok(!Object.hasOwn(labels, name), `${name} stands there twice`);
		labels[name] = value.replace(/\\(.)/g, (_, c) => c === "n" ? "\n" : c);
		text = text.slice(all.length);
		if (text.startsWith(",")) text = text.slice(1);
		else assert.ok(text.startsWith("}"), text);
	}
	return [labels, text.slice(1)];
}

function takeSample(line) {
	const [, name, brace, more] = line.match(/^([^{ ]+)(\{?)(.*)$/);
	assert.match(name, NAME);
	const [labels, rest] = brace ? takeLabels(more) : [{}, more];
	const value = rest.match(/^ (\S+)$/)?.[1] ?? assert.fail(`no value: ${line}`);
	assert.match(value, NUMBER, line);
	return { name, labels, value: value === "+Inf" ? Infinity : Number(value) };
}

const key = (labels) => JSON.stringify(Object.entries(labels).sort());

/** Cumulative buckets that end with +Inf, a sum and a count for each series. */
function checkHistogram(family, samples) {
	const series = new Map();
	for (const { name, labels, value } of samples) {
		const { le, ...own } = labels;
		const one = series.get(key(own)) ?? { buckets: [] };
		series.set(key(own), one);
		if (name === `${family}_bucket`) {
			assert.notEqual(le, undefined, `${family}_bucket without le`);
			one.buckets.push([le === "+Inf" ? Infinity : Number(le), value]);
			continue;
		}
		assert.equal(le, undefined);
		const part = name.slice(family.length + 1);
		assert.ok(["sum", "count"].includes(part), name);
		assert.equal(one[part], undefined, `${name} twice`);
		one[part] = value;
	}
	for (const [of, { buckets, sum, count }] of series) {
		assert.ok(buckets.length >= 2, of);
		for (let i = 1; i < buckets.length; i++) {
			assert.ok(buckets[i][0] > buckets[i - 1][0], `${family} ${of}: bounds ascend`);
			assert.ok(buckets[i][1] >= buckets[i - 1][1], `${family} ${of}: counts are cumulative`);
		}
		assert.equal(buckets.at(-1)[0], Infinity);
		assert.equal(buckets.at(-1)[1], count, `${family} ${of}`);
		assert.equal(typeof sum, "number", `${family}_sum`);
	}
}

function checkFamily({ name, type, samples }) {
	const seen = new Set();
	for (const sample of samples) {
		const id = sample.name + key(sample.labels);
		assert.ok(!seen.has(id), `${id} twice`);
		seen.add(id);
		if (type !== "gauge") assert.ok(sample.value >= 0, id);
		if (type !== "histogram") assert.equal(sample.name, name);
	}
	if (type === "counter") assert.match(name, /_total$/);
	if (type === "histogram") checkHistogram(name, samples);
}

/** The families of a page, by name; throws where it is not as it must be. */
export function parse(text) {
	const families = new Map();
	let now;
	assert.ok(text.endsWith("\n"), "the last line ends");
	for (const line of text.slice(0, -1).split("\n")) {
		const comment = line.match(/^# (HELP|TYPE) (\S+) (.+)$/);
		if (comment?.[1] === "HELP") {
			assert.match(comment[2], NAME);
			assert.match(comment[3], /^(?:[^\\]|\\[\\n])*$/);
			assert.ok(!families.has(comment[2]), `${comment[2]} twice`);
			now = { name: comment[2], help: comment[3], samples: [] };
			families.set(now.name, now);
		} else if (comment) {
			assert.equal(comment[2], now?.name, "TYPE follows its HELP");
			assert.equal(now.type, undefined);
			assert.equal(now.samples.length, 0, "TYPE stands before the samples");
			assert.match(comment[3], /^(counter|gauge|histogram)$/);
			now.type = comment[3];
		} else {
			const sample = takeSample(line);
			assert.ok(now?.type && sample.name.startsWith(now.name), `${line}: in its family`);
			now.samples.push(sample);
		}
	}
	for (const family of families.values()) {
		assert.ok(family.samples.length > 0, `${family.name} has samples`);
		checkFamily(family);
	}
	return families;
}

/** The value of one series; undefined when it is not there. */
export function value(families, name, labels = {}) {
	const family = families.get(name.replace(/_(bucket|sum|count)$/, "")) ?? families.get(name);
	return family?.samples.find((sample) => sample.name === name &&
		key(sample.labels) === key(labels))?.value;
}
