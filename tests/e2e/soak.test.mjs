// soak.test.mjs: a short form of `make soak`: all that can die does, while all talk
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { test } from "node:test";
import { LIMITS, harm, soak } from "../load/soak.mjs";
import { Installation } from "./harness.mjs";

test("daemon and database die and every connection is cut: nothing is lost, doubled or out of order", async () => {
	const site = await Installation.start({ conf: LIMITS });
	try {
		const found = await soak(site, { clients: 60, rooms: 12, seconds: 9, rate: 20,
			daemon: 1, database: 1, every: 3 });
		assert.deepEqual(harm(found), { lost: 0, duplicated: 0, reordered: 0,
			wrong_acks: 0, unacknowledged: 0, faults: [] });
		assert.equal(found.messages, 12 + 9 * 20);
		assert.equal(found.acknowledged, found.messages);
		assert.equal(found.deliveries, found.messages * 5, "five receivers in each room");
	} finally {
		await site.stop();
	}
});
