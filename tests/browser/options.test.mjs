// options.test.mjs: every option of the widget, turned on and off and seen
//
// The table of options is common/chat/widget_option.c. Each row has a story in
// one of tests/browser/options/*.mjs: `export default { key: async (stage) => … }`.
// A row without one fails here, unless it is named in AWAITED; so does a name
// there that has its story.
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { top } from "../e2e/harness.mjs";
import { Stage } from "./stage.mjs";

/** What visitors do not see yet. */
const AWAITED = ["bubble_text", "position", "width", "height", "verbose", "tools", "unfurl",
	"math", "carousel", "form", "attachments", "contact_collection", "message_peek",
	"voice_in", "voice_out", "session_duration", "plugins", "allowed_paths",
	"identity_verification"];

const folder = join(top, "tests/browser/options");
const stories = new Map();
for (const name of readdirSync(folder).filter((name) => name.endsWith(".mjs"))) {
	const { default: some } = await import(join(folder, name));
	for (const [key, story] of Object.entries(some)) {
		assert.ok(!stories.has(key), `${key} has two stories`);
		stories.set(key, story);
	}
}
const table = readFileSync(join(top, "common/chat/widget_option.c"), "utf8");
const keys = [...table.matchAll(/^\t\{ "(\w+)", /gm)].map((match) => match[1]);

describe("the options of the widget", () => {
	let stage;
	before(async () => {
		stage = await Stage.open();
	});
	after(() => stage?.close());

	test("each row of the table has a story, and no story is of another", async () => {
		const max = /WIDGET_OPTIONS_MAX (\d+)/.exec(readFileSync(
			join(top, "common/chat/widget_option.h"), "utf8"))[1];
		assert.equal(keys.length, Number(max));
		const told = Object.keys((await stage.ask()).settings);
		assert.deepEqual(told.filter((key) => !keys.includes(key) && key !== "icons"), []);
		assert.deepEqual(keys.filter((key) => !stories.has(key)).sort(), [...AWAITED].sort());
		assert.deepEqual([...stories.keys()].filter((key) => !keys.includes(key)), []);
	});

	for (const [key, story] of stories)
		test(key, () => story(stage));
});
