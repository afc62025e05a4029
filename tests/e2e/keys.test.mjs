// keys.test.mjs: administrators make and revoke keys of the developer API
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Agent, http, Installation } from "./harness.mjs";

let site, admin, agent;
before(async () => {
	site = await Installation.start();
	admin = await Agent.login(site);
	agent = await Agent.login(site, "CONSOLE2");
});
after(() => site?.stop());

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;

async function answer(who, method, path, body, headers) {
	const got = await who.request(method, path, body, headers);
	const text = await got.text();
	return { status: got.status, body: text && JSON.parse(text) };
}
const add = (body, who = admin) => answer(who, "POST", "/api/keys", body);
const list = async () => (await answer(admin, "GET", "/api/keys")).body;
const use = (secret, method = "GET", body = undefined) =>
	http(site, method, `/api/dev/v1/${body ? "chatbots" : "me"}`, {
		headers: { Authorization: `Bearer ${secret}`, "Content-Type": "application/json" },
		body: body && JSON.stringify(body),
	});
const count = () => Number(site.sql("SELECT COUNT(*) FROM api_keys")[0][0]);

describe("keys of the developer API", () => {
	test("are shown once and listed masked, with who made them", async () => {
		const { status, body } = await add({ name: " Order service ", scope: "write" });
		const { secret, ...key } = body;
		assert.equal(status, 201);
		assert.match(secret, /^sk-[A-Za-z0-9_-]{40}$/);
		assert.match(key.created_at, TIME);
		assert.deepEqual(key, { id: key.id, name: "Order service",
			masked: `sk-••••••••••••${secret.slice(-4)}`, scopes: ["read", "write"],
			created_by: "Amina Odhiambo", created_at: key.created_at,
			last_used_at: null, expires_at: null, revoked_at: null });
		assert.deepEqual((await list())[0], key);
		assert.ok(!JSON.stringify(await list()).includes(secret));
		assert.equal((await use(secret)).status, 200);
		assert.match((await list())[0].last_used_at, TIME);
		site.ctl(["key", "add", "--workspace", site.env.WORKSPACE_ID, "--name", "By hand"]);
		assert.equal((await list())[0].created_by, null);
	});

	test("read only, or write too, and end when they were to", async () => {
		const reader = (await add({ name: "Reader", scope: "read", days: 30 })).body;
		assert.deepEqual(reader.scopes, ["read"]);
		assert.equal(Date.parse(reader.expires_at) - Date.parse(reader.created_at), 30 * 86400e3);
		assert.equal((await use(reader.secret)).status, 200);
		assert.equal((await use(reader.secret, "POST", { name: "No" })).status, 403);
		const writer = (await add({ name: "Writer", scope: "write" })).body;
		assert.equal((await use(writer.secret, "POST", { name: "Yes" })).status, 201);
	});

	test("let nobody in once the answer says that they are revoked", async () => {
		const { id, secret } = (await add({ name: "Lost", scope: "write" })).body;
		assert.equal((await use(secret)).status, 200);
		assert.equal((await answer(admin, "DELETE", `/api/keys/${id}`)).status, 204);
		assert.equal((await use(secret)).status, 401);
		assert.match((await list()).find((key) => key.id === id).revoked_at, TIME);
		assert.equal((await answer(admin, "DELETE", `/api/keys/${id}`)).status, 404);
		assert.equal((await answer(admin, "DELETE", "/api/keys/nothing")).status, 404);
	});

	test("are made of what makes sense, or not at all", async () => {
		const n = count();
		for (const body of [{}, { name: "x" }, { scope: "read" }, { name: " ", scope: "read" },
			{ name: "x", scope: "admin" }, { name: "x", scope: ["read"] },
			{ name: "x\u0007", scope: "read" }, { name: "x".repeat(101), scope: "read" },
			{ name: "x", scope: "read", days: 0 }, { name: "x", scope: "read", days: 3651 },
			{ name: "x", scope: "read", days: 1.5 }, { name: "x", scope: "read", days: "30" }]) {
			const got = await add(body);
			assert.equal(got.status, 400, JSON.stringify(body));
			assert.equal(got.body.error, "bad_request");
		}
		assert.equal(count(), n);
	});

	test("are no business of agents, of pages without a token, or of strangers", async () => {
		const { id } = (await add({ name: "Kept", scope: "write" })).body;
		const n = count();
		for (const [method, path, body] of [["GET", "/api/keys"],
			["POST", "/api/keys", { name: "x", scope: "read" }], ["DELETE", `/api/keys/${id}`]]) {
			const refused = await answer(agent, method, path, body);
			assert.deepEqual([refused.status, refused.body.error], [403, "forbidden"], method);
			assert.equal((await http(site, method, path)).status, 401);
			if (method === "GET") continue;
			for (const token of ["", "guessed", agent.me.csrf_token]) {
				const unsure = await answer(admin, method, path, body, { "X-CSRFToken": token });
				assert.deepEqual([unsure.status, unsure.body.error], [400, "bad_request"], method);
			}
		}
		assert.equal(count(), n);
		assert.equal((await list()).find((key) => key.id === id).revoked_at, null);
	});
});
