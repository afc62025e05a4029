// identity.test.mjs: pages say who their visitors are, prove it, and tell more of them
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { createHmac, randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { Agent, http, Installation } from "./harness.mjs";

let site, admin, bot;
before(async () => {
	site = await Installation.start();
	admin = await Agent.login(site);
	[bot] = await admin.json("GET", "/api/chatbots");
});
after(() => site?.stop());

const hash = (secret, text) => createHmac("sha256", secret).update(text).digest("hex");

function jwt(secret, claims, alg = "HS256") {
	const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
	const body = `${part({ alg, typ: "JWT" })}.${part(claims)}`;
	return `${body}.${createHmac("sha256", secret).update(body).digest("base64url")}`;
}
const soon = () => Math.floor(Date.now() / 1000) + 300;

async function call(method, path, body) {
	const got = await admin.request(method, path, body);
	assert.ok(got.ok, `${method} ${path}: ${got.status}`);
	return got.json();
}

/** A widget that wants proofs, or not, and its secret. */
async function widget(identity_verification) {
	const { id } = await call("POST", "/api/widgets", { name: `Who ${randomUUID()}`,
		chatbot_id: bot.id, identity_verification });
	const { secret } = await call("POST", `/api/widgets/${id}/identity-secret`, {});
	return { id, secret };
}
const post = (path, body) => http(site, "POST", path, {
	headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
const open = (of, more) => post("/chat-widget/open",
	{ widget_id: of.id, session_id: randomUUID(), ...more });
async function opened(of, more) {
	const answer = await open(of, more);
	assert.equal(answer.status, 200, answer.text);
	return answer.json;
}
async function refused(status, of, more) {
	const before = site.counts();
	const answer = await open(of, more);
	assert.equal(answer.status, status, answer.text);
	assert.deepEqual(site.counts(), before);
}
const say = ({ conversation_id, external_id }, content) =>
	post("/chat-widget/send", { conversation_id, external_id, content });
const tell = ({ conversation_id, external_id }, contact_details) =>
	post("/chat-widget/details", { conversation_id, external_id, contact_details });
const known = async ({ conversation_id }) =>
	(await admin.json("GET", `/api/conversations/${conversation_id}`)).contact_details;

describe("a widget that takes the page's word", () => {
	let shop;
	before(async () => { shop = await widget(false); });

	test("goes on with the user's conversation, whatever the device's session id", async () => {
		const first = await opened(shop, { identity: { user: "Amina@Duka.co.tz" } });
		await say(first, "from the telephone");
		const second = await opened(shop, { identity: { user: " amina@duka.co.tz" } });
		assert.equal(second.conversation_id, first.conversation_id);
		assert.equal(second.external_id, first.external_id);
		assert.ok(second.messages.some(({ content }) => content === "from the telephone"));
		const sent = await say(second, "from the computer");
		assert.equal(sent.json.ok, true, sent.text);
		assert.notEqual((await opened(shop)).conversation_id, first.conversation_id);
	});

	test("knows a telephone number however it is written, and needs no session id", async () => {
		const first = await opened(shop, { identity: { user: "0712 345 678" } });
		for (const user of ["+255712345678", "255 712 345 678", "00255-712-345-678"]) {
			const next = await opened(shop, { session_id: undefined, identity: { user } });
			assert.equal(next.conversation_id, first.conversation_id, user);
		}
	});

	test("keeps what was said before the page knew who it is", async () => {
		const session_id = randomUUID();
		const before = await opened(shop, { session_id });
		const after = await opened(shop, { session_id, identity: { user: "baraka@duka.co.tz" } });
		assert.equal(after.conversation_id, before.conversation_id);
		// the next user of that device is somebody else
		const other = await opened(shop, { session_id, identity: { user: "chausiku@duka.co.tz" } });
		assert.notEqual(other.conversation_id, before.conversation_id);
		assert.notEqual(other.external_id, session_id);
	});

	test("refuses who cannot be anybody, and changes nothing", async () => {
		for (const user of ["", "Amina", "amina@example.com", "noreply@duka.co.tz", "12", "a@b",
			`${"a".repeat(100)}@duka.co.tz`, 7, null])
			await refused(400, shop, { identity: { user } });
		for (const identity of ["amina@duka.co.tz", [], { user: "a@duka.co.tz", hash: "0".repeat(65) },
			{ user: "a@duka.co.tz", jwt: "x".repeat(2049) }])
			await refused(400, shop, { identity });
		await refused(400, shop, { session_id: undefined });
		await refused(400, shop, { session_id: "" });
	});

	test("is no way to who is known in another widget, or has proved it", async () => {
		const identity = { user: "dalila@duka.co.tz" };
		const first = await opened(shop, { identity });
		const other = await widget(false);
		assert.notEqual((await opened(other, { identity })).conversation_id, first.conversation_id);
		await call("PATCH", `/api/widgets/${other.id}`, { identity_verification: true });
		const proved = await opened(other, { identity: { ...identity,
			hash: hash(other.secret, identity.user) } });
		await call("PATCH", `/api/widgets/${other.id}`, { identity_verification: false });
		const named = await opened(other, { identity });
		assert.notEqual(named.conversation_id, proved.conversation_id);
		assert.notEqual(named.external_id, proved.external_id);
	});
});

describe("a widget that wants it proved", () => {
	let bank, other;
	before(async () => {
		bank = await widget(true);
		other = await widget(true);
	});

	test("takes a hash and a token, for the same user", async () => {
		const user = "Amina@bank.co.tz";
		const first = await opened(bank, { identity: { user, hash: hash(bank.secret, user) } });
		const uniform = "amina@bank.co.tz";
		for (const identity of [{ user, hash: hash(bank.secret, uniform).toUpperCase() },
			{ user: uniform, jwt: jwt(bank.secret, { sub: uniform, exp: soon() }) },
			{ user: uniform, jwt: jwt(bank.secret, { sub: user, exp: soon() }) }]) {
			const next = await opened(bank, { identity });
			assert.equal(next.conversation_id, first.conversation_id);
			assert.equal(next.external_id, first.external_id);
		}
	});

	test("refuses every other proof, and changes nothing", async () => {
		const user = "amina@bank.co.tz";
		const right = jwt(bank.secret, { sub: user, exp: soon() });
		for (const proof of [{}, { hash: "" }, { hash: hash(bank.secret, "b@bank.co.tz") },
			{ hash: hash(other.secret, user) }, { hash: hash("", user) },
			{ jwt: jwt(other.secret, { sub: user, exp: soon() }) },
			{ jwt: jwt(bank.secret, { sub: "b@bank.co.tz", exp: soon() }) },
			{ jwt: jwt(bank.secret, { sub: user, exp: soon() - 600 }) },
			{ jwt: jwt(bank.secret, { sub: user }) }, { jwt: jwt(bank.secret, { exp: soon() }) },
			{ jwt: jwt(bank.secret, { sub: user, exp: soon() }, "none") },
			{ jwt: `${right.slice(0, right.lastIndexOf("."))}.` },
			{ jwt: "x.y.z", hash: hash(bank.secret, user) }])
			await refused(403, bank, { identity: { user, ...proof } });
	});

	test("has no use for the old secret once there is a new one", async () => {
		const shop = await widget(true);
		const user = "amina@bank.co.tz";
		await opened(shop, { identity: { user, hash: hash(shop.secret, user) } });
		await call("POST", `/api/widgets/${shop.id}/identity-secret`, {});
		await refused(403, shop, { identity: { user, hash: hash(shop.secret, user) } });
	});

	test("wants the site's own session ids signed", async () => {
		const session_id = "user-42";
		const user_hash = hash(bank.secret, session_id);
		const first = await opened(bank, { session_id, user_hash });
		assert.equal(first.external_id, session_id);
		assert.equal((await opened(bank, { session_id, user_hash })).conversation_id,
			first.conversation_id);
		await refused(403, bank, { session_id });
		await refused(403, bank, { session_id, user_hash: hash(other.secret, session_id) });
		await refused(403, bank, { session_id: "user-43", user_hash });
		// who proves to be somebody does not get another's conversation by that
		const user = "zuhura@bank.co.tz";
		const hers = await opened(bank, { session_id, identity: { user, hash: hash(bank.secret, user) } });
		assert.notEqual(hers.conversation_id, first.conversation_id);
	});

	test("gives who is nobody yet an id that it has signed itself", async () => {
		const session_id = randomUUID();
		const first = await opened(bank, { session_id });
		assert.match(first.external_id, /^own_[\w-]{24}\.[0-9a-f]{64}$/);
		const again = await opened(bank, { session_id: first.external_id });
		assert.equal(again.conversation_id, first.conversation_id);
		assert.notEqual((await opened(bank, { session_id })).conversation_id, first.conversation_id);
		await refused(403, other, { session_id: first.external_id });
		await refused(403, bank, { session_id: `${first.external_id.slice(0, -1)}_` });
	});

	test("without a secret takes nobody's word, and leaves session ids alone", async () => {
		const { id } = await call("POST", "/api/widgets", { name: "No secret", chatbot_id: bot.id,
			identity_verification: true });
		const user = "amina@bank.co.tz";
		await refused(403, { id }, { identity: { user, hash: hash("", user) } });
		await refused(403, { id }, { identity: { user, jwt: jwt("", { sub: user, exp: soon() }) } });
		assert.equal((await opened({ id }, { session_id: "user-42" })).external_id, "user-42");
	});
});

describe("what a page tells of its visitor", () => {
	let shop;
	before(async () => { shop = await widget(false); });

	test("is kept once the visitor has said something, and reaches agents", async () => {
		const details = { "Merchant account name": "Duka la Amina", Active: true, orders: 12.5,
			nested: { a: 1 }, list: [1], nothing: null, "!?": "x", long: "ñ".repeat(301) };
		const who = await opened(shop, { contact_details: details });
		assert.deepEqual((await tell(who, details)).json, { ok: true, is_kept: false });
		assert.deepEqual(await known(who), {});
		await say(who, "Habari");
		assert.deepEqual((await tell(who, details)).json, { ok: true, is_kept: true });
		const want = { merchant_account_name: "Duka la Amina", active: true, orders: 12.5,
			long: "ñ".repeat(300) };
		assert.deepEqual(await known(who), want);
		// more changes and adds, and takes nothing away
		await tell(who, { orders: 13, Plan: "pro" });
		await tell(who, {});
		assert.deepEqual(await known(who), { ...want, orders: 13, plan: "pro" });
		// as does opening it again, which tells the page as well
		await opened(shop, { session_id: who.external_id, page_url: "https://duka.co.tz/",
			contact_details: { plan: "free" } });
		assert.deepEqual(await known(who), { ...want, orders: 13, plan: "free" });
	});

	test("has thirteen fields and no more", async () => {
		const who = await opened(shop);
		await say(who, "Habari");
		const many = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`field ${i}`, i]));
		await tell(who, many);
		const kept = await known(who);
		assert.equal(Object.keys(kept).length, 13);
		await tell(who, { field_0: "new", another: 1 });
		assert.deepEqual(await known(who), { ...kept, field_0: "new" });
	});

	test("is refused from others, and when it is no object", async () => {
		const who = await opened(shop);
		await say(who, "Habari");
		for (const wrong of ["text", [], null, undefined, 1])
			assert.equal((await tell(who, wrong)).status, 400);
		assert.equal((await open(shop, { contact_details: [] })).status, 400);
		assert.equal((await tell({ ...who, external_id: randomUUID() }, { a: 1 })).status, 403);
		assert.equal((await tell({ ...who, conversation_id: randomUUID() }, { a: 1 })).status, 404);
		assert.deepEqual(await known(who), {});
	});
});
