// login.test.mjs: who may log in, what a session may do, and who cannot use it
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { Agent, Installation, http } from "./harness.mjs";

const JSON_TYPE = { "Content-Type": "application/json" };
const FORM_TYPE = { "Content-Type": "application/x-www-form-urlencoded" };

let site;
before(async () => (site = await Installation.start({
	conf: "login_fails = 3\nlogin_fails_addr = 1000",
})));
after(() => site?.stop());

function login(body, headers = {}) {
	return http(site, "POST", "/auth/login",
		{ headers: { ...JSON_TYPE, ...headers }, body: JSON.stringify(body) });
}

const right = (which = "CONSOLE") => ({
	email: site.env[`${which}_EMAIL`], password: site.env[`${which}_PASSWORD`],
});

const cookieOf = (answer) => answer.headers["set-cookie"][0].split(";")[0];

/** The login page as a browser holds it: its cookie and its token. */
async function loginPage(path = "/auth/login") {
	const page = await http(site, "GET", path);
	assert.equal(page.status, 200);
	const token = /<meta name="csrf-token" content="([^"]+)"/.exec(page.text);
	assert.ok(token, page.text);
	return { page, token: token[1], cookie: cookieOf(page) };
}

function sendForm(fields, cookie) {
	return http(site, "POST", "/auth/login", {
		headers: { ...FORM_TYPE, ...(cookie ? { Cookie: cookie } : {}) },
		body: new URLSearchParams(fields).toString(),
	});
}

describe("the login", () => {
	test("says who one is and gives a cookie that scripts cannot read", async () => {
		const answer = await login(right());
		assert.equal(answer.status, 200, answer.text);
		const { user, workspace, csrf_token: token, ...more } = answer.json;
		assert.deepEqual(more, {});
		assert.deepEqual({ ...user, id: "" }, { id: "", email: "amina@maua.example",
			display_name: "Amina Odhiambo", role: "admin" });
		assert.deepEqual(workspace, { id: workspace.id, name: "Maua & Co." });
		assert.ok(token.length > 20);
		const [cookie, ...others] = answer.headers["set-cookie"];
		assert.deepEqual(others, []);
		const [value, ...flags] = cookie.split("; ");
		assert.match(value, /^session=[\w-]{22,}$/);
		for (const flag of ["HttpOnly", "SameSite=Lax", "Path=/"])
			assert.ok(flags.includes(flag), cookie);
		assert.ok(!flags.includes("Secure"), "this base_url is http");
	});

	test("keeps no cookie in the database, only its hash", async () => {
		const value = cookieOf(await login(right())).slice("session=".length);
		const found = site.sql(`SELECT COUNT(*), SUM(token_hash = UNHEX(SHA2('${value}', 256))),
			SUM(token_hash LIKE '%${value}%') FROM logins`)[0];
		assert.notEqual(found[0], "0");
		assert.equal(found[2], "0");
	});

	test("answers a wrong password and an unknown address alike", async () => {
		const wrong = await login({ ...right(), password: "not the password" });
		const unknown = await login({ email: "nobody@maua.example", password: "x" });
		for (const answer of [wrong, unknown]) {
			assert.equal(answer.status, 401);
			assert.deepEqual(answer.json, { error: "unauthorized",
				message: "The e-mail address or the password is wrong." });
			assert.equal(answer.headers["set-cookie"], undefined);
		}
		assert.deepEqual(Object.keys(wrong.headers), Object.keys(unknown.headers));
	});

	test("ends with logout, for good", async () => {
		const agent = await Agent.login(site);
		const me = await agent.request("GET", "/auth/me");
		assert.equal(me.status, 200);
		const body = await me.json();
		assert.deepEqual({ ...body, csrf_token: "" }, { ...agent.me, csrf_token: "" });
		const out = await agent.request("POST", "/auth/logout");
		assert.equal(out.status, 204);
		assert.match(out.headers.get("set-cookie"), /^session=;.*Max-Age=0/);
		const gone = await agent.request("GET", "/auth/me");
		assert.equal(gone.status, 401);
		assert.equal((await gone.json()).error, "unauthorized");
	});

	test("gives a new cookie each time and ends the one that came with it", async () => {
		const first = cookieOf(await login(right()));
		const chosen = "session=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
		const fixed = cookieOf(await login(right(), { Cookie: chosen }));
		assert.notEqual(fixed, chosen);
		const second = cookieOf(await login(right(), { Cookie: first }));
		assert.notEqual(first, second);
		const me = (cookie) => http(site, "GET", "/auth/me", { headers: { Cookie: cookie } });
		assert.equal((await me(chosen)).status, 401);
		assert.equal((await me(first)).status, 401);
		assert.equal((await me(second)).status, 200);
		assert.equal((await me(`${second}; ${fixed}`)).status, 401);
	});

	test("ends with its time, and with a new password", async () => {
		site.addUser("SHORT");
		const agent = await Agent.login(site, "SHORT");
		const status = async () => (await agent.request("GET", "/auth/me")).status;
		assert.equal(await status(), 200);
		site.ctl(["user", "password", "--email", site.env.SHORT_EMAIL],
			{ env: { ...process.env, BARAZA_PASSWORD: "another password" } });
		assert.equal(await status(), 401);
		site.env.SHORT_PASSWORD = "another password";
		const again = await Agent.login(site, "SHORT");
		site.sql("UPDATE logins SET expires_at = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND");
		assert.equal((await again.request("GET", "/auth/me")).status, 401);
	});

	test("asks to wait after too many wrong passwords of an account", async () => {
		site.addUser("TARGET");
		const email = site.env.TARGET_EMAIL;
		for (let i = 0; i < 3; i++)
			assert.equal((await login({ email, password: `guess ${i}` })).status, 401);
		for (const password of ["guess 4", site.env.TARGET_PASSWORD]) {
			const answer = await login({ email, password });
			assert.equal(answer.status, 429, answer.text);
			assert.equal(answer.json.error, "rate_limited");
			const wait = Number(answer.headers["retry-after"]);
			assert.ok(wait >= 1 && wait <= 3600, `Retry-After ${wait}`);
		}
		assert.equal((await login(right())).status, 200, "another account is free");
		site.sql("DELETE FROM login_fails");
		assert.equal((await login(right("TARGET"))).status, 200);
	});
});

describe("the login page", () => {
	test("logs in by its form and leads to where one wanted to go", async () => {
		const { page, token, cookie } = await loginPage("/auth/login?next=/console/all");
		assert.match(page.headers["set-cookie"][0], /HttpOnly; SameSite=Lax/);
		const answer = await sendForm({ ...right(), csrf_token: token,
			next: "/console/all" }, cookie);
		assert.equal(answer.status, 303, answer.text);
		assert.equal(answer.headers.location, "/console/all");
		const session = answer.headers["set-cookie"].find((c) => c.startsWith("session="));
		const home = await http(site, "GET", "/console/",
			{ headers: { Cookie: session.split(";")[0] } });
		assert.equal(home.status, 200);
		assert.match(home.text, /<meta name="csrf-token" content="[\w-]{40,}"/);
	});

	test("comes again with a word about the wrong password", async () => {
		const { token, cookie } = await loginPage();
		const answer = await sendForm({ ...right(), password: "wrong", csrf_token: token }, cookie);
		assert.equal(answer.status, 401);
		assert.match(answer.headers["content-type"], /^text\/html/);
		assert.match(answer.text, /The e-mail address or the password is wrong\./);
		assert.ok(!answer.text.includes(">wrong<"));
		site.sql("DELETE FROM login_fails");
	});

	test("takes no form that it did not write", async () => {
		const mine = await loginPage();
		const other = await loginPage();
		for (const [fields, cookie] of [
			[{}, undefined],
			[{}, mine.cookie],
			[{ csrf_token: mine.token }, undefined],
			[{ csrf_token: mine.token }, other.cookie],
			[{ csrf_token: mine.token.slice(0, -2) + "AA" }, mine.cookie],
		]) {
			const answer = await sendForm({ ...right(), ...fields }, cookie);
			assert.equal(answer.status, 400, JSON.stringify(fields));
			assert.equal(answer.headers["set-cookie"], undefined);
		}
	});

	test("leads nobody to another site", async () => {
		for (const next of ["//evil.example", "/\\evil.example", "https://evil.example/",
			"javascript:alert(1)", "/\t/evil.example", "/x\r\nSet-Cookie: a=b", ""]) {
			// Control characters in an address do not even pass the web server.
			const { page, token, cookie } = await loginPage(/[\t\n]/.test(next)
				? "/auth/login" : `/auth/login?next=${encodeURIComponent(next)}`);
			assert.ok(!page.text.includes("evil.example"), next);
			const answer = await sendForm({ ...right(), csrf_token: token, next }, cookie);
			assert.equal(answer.status, 303, `${next}: ${answer.text}`);
			assert.equal(answer.headers.location, "/console/", JSON.stringify(next));
		}
	});

	test("is where a page without a session leads to, and an API call does not", async () => {
		for (const path of ["/console/", "/console/x/y?z=1&w=%2F"]) {
			const answer = await http(site, "GET", path);
			assert.equal(answer.status, 303);
			const to = new URL(answer.headers.location, site.url);
			assert.equal(to.pathname, "/auth/login");
			assert.equal(to.searchParams.get("next"), path);
		}
		const root = await http(site, "GET", "/");
		assert.deepEqual([root.status, root.headers.location], [303, "/console/"]);
		for (const path of ["/api/conversations/", "/api/agents", "/auth/me"]) {
			const answer = await http(site, "GET", path);
			assert.equal(answer.status, 401);
			assert.equal(answer.json.error, "unauthorized");
		}
	});
});

describe("a call that changes something", () => {
	let agent, other;
	before(async () => {
		agent = await Agent.login(site);
		other = await Agent.login(site, "CONSOLE2");
	});

	/** 404 when the call was let in: there is no such conversation. */
	async function tries(headers, path = `/api/conversations/${randomUUID()}/tag`) {
		const answer = await http(site, "POST", path, {
			headers: { Cookie: agent.cookie, ...JSON_TYPE, ...headers },
			body: JSON.stringify({ tags: [] }),
		});
		return [answer.status, answer.json.error];
	}
	const own = () => ({ "X-CSRFToken": agent.me.csrf_token });

	test("needs the token of its own session", async () => {
		const token = agent.me.csrf_token;
		const last = token.at(-5) === "A" ? "B" : "A";
		for (const headers of [{}, { "X-CSRFToken": "" }, { "X-CSRFToken": "x" },
			{ "X-CSRFToken": other.me.csrf_token },
			{ "X-CSRFToken": token.slice(0, -5) + last + token.slice(-4) },
			{ "X-CSRFToken": `${token}A` }])
			assert.deepEqual(await tries(headers), [400, "bad_request"], JSON.stringify(headers));
		assert.deepEqual(await tries(own()), [404, "not_found"]);
		assert.deepEqual(await tries({ "X-CSRF-Token": token }), [404, "not_found"]);
	});

	test("accepts the token of me and of the page as well", async () => {
		const me = await agent.json("GET", "/auth/me");
		assert.deepEqual(await tries({ "X-CSRFToken": me.csrf_token }), [404, "not_found"]);
		const page = await (await agent.request("GET", "/console/")).text();
		const token = /<meta name="csrf-token" content="([^"]+)"/.exec(page)[1];
		assert.deepEqual(await tries({ "X-CSRFToken": token }), [404, "not_found"]);
	});

	test("is refused when a browser says that another site sent it", async () => {
		const { host } = new URL(site.url);
		for (const headers of [
			{ "Sec-Fetch-Site": "cross-site" }, { "Sec-Fetch-Site": "same-site" },
			{ "Sec-Fetch-Site": "nonsense" },
			{ Origin: "null" }, { Origin: "https://evil.example" },
			{ Origin: `http://${host}.evil.example` }, { Origin: `http://${host}@evil.example` },
			{ Origin: "http://127.0.0.1:1" }, { Referer: "https://evil.example/page" },
		])
			assert.deepEqual(await tries({ ...own(), ...headers }), [403, "forbidden"],
				JSON.stringify(headers));
		for (const headers of [{ "Sec-Fetch-Site": "same-origin" }, { Origin: site.url },
			{ Referer: `${site.url}/console/` }])
			assert.deepEqual(await tries({ ...own(), ...headers }), [404, "not_found"],
				JSON.stringify(headers));
	});

	test("is refused without a session, and logout too without a token", async () => {
		assert.deepEqual(await tries({ ...own(), Cookie: "" }), [401, "unauthorized"]);
		assert.deepEqual(await tries({ ...own(), Authorization: "Bearer x", Cookie: "" }),
			[401, "unauthorized"]);
		const answer = await http(site, "POST", "/auth/logout",
			{ headers: { Cookie: agent.cookie } });
		assert.equal(answer.status, 400);
		assert.equal((await agent.request("GET", "/auth/me")).status, 200);
	});

	test("cannot be a login sent by another site's page", async () => {
		for (const headers of [{ "Sec-Fetch-Site": "cross-site" }, { Origin: "https://evil.example" }]) {
			const answer = await login(right(), headers);
			assert.equal(answer.status, 403, JSON.stringify(headers));
			assert.equal(answer.headers["set-cookie"], undefined);
		}
		const plain = await login(right(), { "Content-Type": "text/plain" });
		assert.equal(plain.status, 415);
		assert.equal(plain.headers["set-cookie"], undefined);
	});
});
