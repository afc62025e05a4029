// messages.test.mjs: every type of message as visitor and agent see it; marked
// text, formulas; hostile texts do nothing; long threads are cheap
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { Agent, Installation, top, until } from "../e2e/harness.mjs";
import { TAGS, findings } from "./axe.mjs";
import { AgentPage, Visitor, launch } from "./people.mjs";

// Marks, tags, overrides and floods, for every place where a text may stand.
const SCRIPT = "<img src=x onerror=alert(1)><script>alert(2)</script>";
const EVIL = [SCRIPT, "\u202Egnp.exe\u202C", "\u200b\u200d".repeat(95), "W".repeat(190), "e\u0301\u0302".repeat(60)];
const FIELDS = [
	{ name: "name", label: "Your name", type: "text", required: true, help: "As in your passport" },
	{ name: "email", label: "E-mail", type: "email", required: true },
	{ name: "guests", label: "Guests", type: "number", min: 1, max: 9 },
	{ name: "day", label: "Day", type: "date" },
	{ name: "room", label: "Room", type: "select", options: [{ label: "Sea view", value: "sea" }, { label: "Garden" }] },
	{ name: "terms", label: "I agree", type: "checkbox", required: true },
	{ name: "more", label: "Anything else?", type: "textarea" },
];
const options = (n) => Array.from({ length: n }, (_, i) => ({ label: `Row ${i + 1}`, value: `r${i + 1}` }));

let site, browser, agent, host;
before(async () => {
	[site, browser] = await Promise.all([
		Installation.start({ conf: "message_burst = 1000\nevent_burst = 100000\naddress_event_burst = 1000000" }), launch()]);
	agent = await Agent.login(site);
	host = createServer((req, res) => {
		const token = new URL(req.url, "http://page").searchParams.get("token");
		res.writeHead(200, { "Content-Type": "text/html; charset=utf-8" });
		res.end(`<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>A shop</title>
			<main><h1>A shop</h1></main><script src="${site.url}/chat-widget/embed.js" data-embed-token="${token}"></script>`);
	});
	host.listen(0, "127.0.0.1");
	await once(host, "listening");
});
after(async () => {
	await browser?.close();
	host?.close();
	await site?.stop();
});

/** A visitor in a conversation of a widget with these settings, and its agent. */
async function meet(settings = {}, { locale = "en", more = [] } = {}) {
	const { token } = site.addWidget({ more: ["--settings", JSON.stringify(settings), ...more] });
	const visitor = await Visitor.visit(browser, site, { locale, reducedMotion: "reduce" }, "about:blank");
	const context = visitor.page.context();
	const url = `http://127.0.0.1:${host.address().port}/?token=${token}`;
	await context.addInitScript({ path: join(top, "node_modules/axe-core/axe.min.js") });
	visitor.violations = await watch(context);
	visitor.dialogs = [];
	visitor.page.on("dialog", (dialog) => { visitor.dialogs.push(dialog.message()); dialog.dismiss(); });
	await visitor.page.goto(url);
	await visitor.open();
	const hello = `hello from ${token.slice(-8)}`;
	await visitor.say(hello);
	const [[hex]] = await until("the conversation", () => {
		const rows = site.sql(`SELECT LOWER(HEX(conversation_id)) FROM messages WHERE content = '${hello}'`);
		return rows.length > 0 && rows;
	});
	visitor.id = hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
	visitor.gets = async (content_type, content, rich_media) => {
		const answer = await agent.json("POST", `/api/conversations/${visitor.id}/messages`,
			{ content_type, content, ...(rich_media && { rich_media }) });
		assert.equal(answer.ok, true, JSON.stringify(answer));
		return visitor.chat.locator(`[data-testid=message][data-seq="${answer.seq}"]`);
	};
	visitor.reopen = async () => {
		await visitor.page.reload();
		await visitor.open();
		await visitor.sees("end_user", hello);
	};
	return visitor;
}

/** Collects what a policy refuses in any page and frame of a context. */
async function watch(context) {
	const found = [];
	await context.exposeBinding("cspReport", (_, what) => { found.push(what); });
	await context.addInitScript(() => document.addEventListener("securitypolicyviolation",
		(event) => window.cspReport(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`)));
	return found;
}

/** What axe-core finds in the panel. */
async function axe(visitor) {
	const frame = visitor.page.frames().find((one) => /chat-widget\?|\/frame/.test(one.url()));
	assert.deepEqual(await frame.evaluate(findings, TAGS), []);
}

async function clean(...people) {
	for (const who of people) {
		assert.deepEqual(who.dialogs, []);
		assert.deepEqual(who.violations, []);
		assert.deepEqual(who.page.faults, []);
	}
}

describe("a message's text", () => {
	test("of agents is marked up, of visitors is as they wrote it", async () => {
		const visitor = await meet();
		const text = "# Today\n**Roses** are _red_, ~~blue~~ `code`\n\n- one\n- two\n\n> quoted\n\n```\nx < y\n```\n\n" +
			"| a | b |\n|---|---|\n| 1 | 2 |\n\n[Shop](https://shop.example/a_b) <b>no</b> [bad](javascript:alert(1)) mail me@shop.example";
		const item = await visitor.gets("text", text);
		const has = async (selector, words) => assert.equal(await item.locator(`.bubble ${selector}`).first().textContent(), words);
		await item.waitFor();
		await has("strong", "Roses");
		await has("em", "red");
		await has("del", "blue");
		await has("code", "code");
		await has("li:nth-child(2)", "two");
		await has("blockquote", "quoted");
		await has("pre", "x < y");
		await has("td:last-child", "2");
		assert.equal(await item.locator(".bubble b").count(), 0);
		const links = await item.locator(".bubble a").evaluateAll((all) =>
			all.map((a) => [a.textContent, a.href, a.target, a.rel]));
		assert.deepEqual(links, [["Shop", "https://shop.example/a_b", "_blank", "noopener noreferrer nofollow ugc"],
			["me@shop.example", "mailto:me@shop.example", "_blank", "noopener noreferrer nofollow ugc"]]);
		await visitor.say("**mine** stays https://shop.example/");
		const own = visitor.chat.getByTestId("message").filter({ hasText: "**mine** stays" });
		await own.locator("a").waitFor();
		assert.equal(await own.locator("strong").count(), 0);
		await axe(visitor);
		await clean(visitor);
	});

	test("has its formulas set where that is switched on, and its source where it cannot be", async () => {
		const text = "Area $\\pi r^2$, price $5 and $6:\n\n$$\\frac{a}{b} = \\sqrt{2}$$\n\nbroken $\\frac{$ end, " +
			"$\\href{javascript:alert(1)}{x}$ $\\htmlStyle{color:red}{y}$ $\\fcolorbox{red}{blue}{z}$";
		const on = await meet({ math: true });
		const item = await on.gets("text", text);
		await item.locator(".formula-block .katex").waitFor();
		assert.equal(await item.locator(".katex math").count() >= 2, true);
		assert.equal(await item.locator("a").count(), 0);
		assert.match(await item.locator(".bubble").innerText(), /price \$5 and \$6/);
		assert.match(await item.locator(".bubble").innerText(), /\$\\frac\{\$/);
		// its letters are ours: nothing is asked of anybody else
		await until("the font", () => item.evaluate(() => [...document.fonts].some((f) =>
			f.family.startsWith("KaTeX") && f.status === "loaded")));
		await axe(on);
		await clean(on);
		const off = await meet({ math: false });
		const plain = await off.gets("text", text);
		await plain.waitFor();
		assert.equal(await plain.locator(".katex, .formula").count(), 0);
		assert.match(await plain.locator(".bubble").innerText(), /\$\$\\frac\{a\}\{b\}/);
		await clean(off);
	});
});

describe("a message with", () => {
	test("a list opens a sheet, with a search when it is long, and is inert when it is used", async () => {
		const visitor = await meet();
		const short = await visitor.gets("list", "Short", { placeholder: "Few", sections: [{ title: "All", options: options(8) }] });
		await short.getByTestId("dropdown").click();
		await visitor.chat.getByRole("dialog", { name: "Few" }).waitFor();
		assert.equal(await visitor.chat.getByRole("searchbox").count(), 0);
		await visitor.page.keyboard.press("Escape");
		const long = await visitor.gets("list", "Long", { placeholder: "Many", sections: [{ title: "A", options: options(6) },
			{ title: "B", options: [{ label: "Lilies", value: "l", description: "White ones" }, ...options(4)] }] });
		await long.getByTestId("dropdown").click();
		await visitor.chat.getByRole("searchbox").fill("white");
		await until("one row", async () => await visitor.chat.getByTestId("option").count() === 1);
		await axe(visitor);
		await visitor.chat.getByTestId("option").click();
		await visitor.sees("end_user", "Lilies");
		for (const again of [false, true]) {
			if (again) await visitor.reopen();
			const used = visitor.chat.getByTestId("message").filter({ hasText: "Long" }).getByTestId("dropdown");
			await until("it is used", () => used.isDisabled());
			assert.equal(await used.innerText(), "Lilies");
		}
		assert.deepEqual(site.sql("SELECT rich_media FROM messages WHERE content = 'Lilies'"), [['{"value":"l"}']]);
		await clean(visitor);
	});

	test("cards is a carousel with arrows, or one below the other where that is switched off", async () => {
		const cards = { cards: [1, 2, 3, 4].map((n) => ({ title: `Card ${n}`, subtitle: "more", image_url: "/no.png",
			buttons: [{ label: `Take ${n}`, value: `t${n}` }, { label: "No value" }] })) };
		const place = (item, n) => item.locator(".card").nth(n).boundingBox();
		const on = await meet({ carousel: true });
		const wide = await on.gets("carousel", "Look", cards);
		await wide.locator(".card").first().waitFor();
		assert.equal((await place(wide, 0)).y, (await place(wide, 1)).y);
		const first = (await place(wide, 0)).x;
		assert.equal(await wide.getByRole("button", { name: "Previous" }).isDisabled(), true);
		await wide.getByRole("button", { name: "Next" }).click();
		await until("it moves", async () => (await place(wide, 0)).x < first - 50);
		await axe(on);
		await wide.getByRole("button", { name: "Take 2" }).click();
		await on.sees("end_user", "Take 2");
		await until("it is used", () => wide.getByRole("button", { name: "Take 1" }).isDisabled());
		await clean(on);
		const off = await meet({ carousel: false });
		const narrow = await off.gets("carousel", "Look", cards);
		await narrow.locator(".card").nth(3).waitFor();
		assert.equal((await place(narrow, 0)).x, (await place(narrow, 1)).x);
		assert.equal(await narrow.getByRole("button", { name: "Next" }).count(), 0);
		await axe(off);
		await clean(off);
	});

	test("a form is checked field by field, sent once, and a table for the agent", async () => {
		const visitor = await meet({ form: true });
		const item = await visitor.gets("form", "Book a room", { title: "Booking", submit: "Book", fields: FIELDS });
		const field = (label) => item.getByLabel(label);
		const faults = () => item.getByTestId("form-fault").allTextContents();
		await field("Your name").waitFor();
		await field("E-mail").fill("asha@");
		await field("Guests").focus();
		await until("a fault", async () => (await faults()).length === 1);
		assert.deepEqual(await faults(), ["Please enter an e-mail address such as name@example.com."]);
		await axe(visitor);
		await field("E-mail").fill("asha@example.org");
		await until("no fault", async () => (await faults()).length === 0);
		await field("Guests").fill("12");
		await item.getByTestId("form-send").click();
		await until("all faults", async () => (await faults()).length === 3);
		assert.deepEqual(await faults(), ["Please fill this in.", "This must be at most 9.", "Please fill this in."]);
		assert.equal(await field("Your name").evaluate((e) => e === e.ownerDocument.activeElement), true);
		// and it is in sight
		await until("the first fault", async () => (await field("Your name").boundingBox()).y >=
			(await visitor.chat.locator(".scroller").boundingBox()).y);
		await field("Your name").fill(SCRIPT);
		await field("Guests").fill("2");
		await field("Day").fill("2026-12-24");
		await field("Room").selectOption("sea");
		await field("I agree").check();
		await item.getByTestId("form-send").click();
		await item.getByTestId("form-done").waitFor();
		await visitor.sees("end_user", "Room: Sea view");
		const answers = () => site.sql(`SELECT HEX(rich_media) FROM messages WHERE content LIKE '%Room: Sea view%'`);
		const [[stored]] = await until("the answer", () => answers().length > 0 && answers());
		const { values } = JSON.parse(Buffer.from(stored, "hex").toString()).form;
		assert.deepEqual(values, { name: SCRIPT, email: "asha@example.org", guests: 2, day: "2026-12-24", room: "sea", terms: true });
		await visitor.reopen();
		await visitor.chat.getByTestId("form-done").waitFor();
		assert.equal(await visitor.chat.getByTestId("form").count(), 0);
		await axe(visitor);
		const console = await AgentPage.login(browser, site);
		await console.filter("all");
		await console.open(visitor.id);
		const table = console.page.getByTestId("form-answer");
		await table.waitFor();
		assert.deepEqual(await table.locator("dt").allTextContents(), ["Your name", "E-mail", "Guests", "Day", "Room", "I agree"]);
		assert.deepEqual(await table.locator("dd").allTextContents(),
			[SCRIPT, "asha@example.org", "2", "2026-12-24", "Sea view", "✓"]);
		await clean(visitor);
		assert.deepEqual(console.page.faults, []);
	});

	test("a form lists its questions where forms are switched off", async () => {
		const visitor = await meet({ form: false });
		const item = await visitor.gets("form", "Book a room", { fields: FIELDS });
		await item.getByTestId("form-questions").waitFor();
		assert.deepEqual(await item.locator(".form li").allTextContents(), FIELDS.map((field) => field.label));
		assert.equal(await item.locator("input").count(), 0);
		await axe(visitor);
		await clean(visitor);
	});

	test("pictures, sounds, films and files shows them, and what may not be shown is a link", async () => {
		const visitor = await meet();
		const image = await visitor.gets("image", "", { url: "/assets/none.png", alt: "A rose", width: 200, height: 100 });
		await image.getByText("The image cannot be shown").waitFor();
		const video = await visitor.gets("video", "Film", { url: "/v.mp4", poster: "/p.jpg", alt: "The garden", width: 320, height: 180 });
		const player = video.locator("video");
		assert.deepEqual(await player.evaluate((v) => [v.controls, v.preload, v.getAttribute("aria-label"),
			new URL(v.poster).pathname, v.networkState]), [true, "none", "The garden", "/p.jpg", 1]);
		const box = await player.boundingBox();
		assert.ok(Math.abs(box.width / box.height - 16 / 9) < 0.05, "its place is kept");
		const audio = await visitor.gets("audio", "", { url: "/a.ogg" });
		assert.deepEqual(await audio.locator("audio").evaluate((a) => [a.controls, a.preload, a.getAttribute("aria-label")]),
			[true, "none", "Audio recording"]);
		const file = await visitor.gets("file", "", { url: "/m.pdf", filename: "menu\u202Efdp.exe", size: 2048 });
		assert.equal(await file.locator(".file-name").innerText(), "menufdp.exe");
		// from elsewhere and not by https: our pages may not show it
		for (const [type, more] of [["image", {}], ["video", {}], ["audio", {}]]) {
			const item = await visitor.gets(type, "", { url: `http://elsewhere.example/${type}`, alt: type, ...more });
			await item.locator(`a[href="http://elsewhere.example/${type}"]`).waitFor();
			assert.equal(await item.locator("img, video, audio").count(), 0);
		}
		await axe(visitor);
		await clean(visitor);
	});
});

describe("a thread", () => {
	test("groups what comes together, names who writes once, and tells the time to eyes and ears", async () => {
		const visitor = await meet();
		await agent.json("POST", `/api/conversations/${visitor.id}/assign`);
		const [one, two, three] = [await visitor.gets("text", "one"), await visitor.gets("text", "two"), await visitor.gets("text", "three")];
		await three.waitFor();
		for (const [item, first, last] of [[one, true, false], [two, false, false], [three, false, true]]) {
			assert.equal(await item.evaluate((e) => e.classList.contains("group-first")), first);
			assert.equal(await item.evaluate((e) => e.classList.contains("group-last")), last);
			// for hearers each has its author and time
			assert.match(await item.innerText(), /Amina Odhiambo/);
			assert.match(await item.locator("time").textContent(), /\d:\d\d/);
			assert.match(await item.locator(".bubble").getAttribute("title"), /20\d\d/);
		}
		// six minutes later another group begins, and yesterday has its line
		const older = (minutes, seq) => site.sql(`UPDATE messages SET created_at = created_at - INTERVAL ${minutes} MINUTE
			WHERE conversation_id = UNHEX('${visitor.id.replaceAll("-", "")}') AND seq <= ${seq}`);
		older(6, 3);
		older(24 * 60, 1);
		await visitor.reopen();
		assert.equal(await three.evaluate((e) => e.classList.contains("group-first")), true);
		assert.equal(await two.evaluate((e) => e.classList.contains("group-last")), true);
		const days = visitor.chat.locator(".day");
		assert.deepEqual(await days.allInnerTexts(), ["Yesterday", "Today"]);
		await clean(visitor);
	});

	test("of thousands lays out only what is in sight, and draws only what is new", async () => {
		const visitor = await meet();
		const hex = visitor.id.replaceAll("-", "");
		site.sql(`INSERT INTO messages (conversation_id, seq, id, workspace_id, session_id, sender_type, sender_id,
			content_type, content, created_at)
			SELECT m.conversation_id, s.seq + 1, UNHEX(MD5(CONCAT('${hex}', s.seq))), m.workspace_id, m.session_id,
			IF(s.seq % 3 = 0, 'end_user', 'bot'), m.sender_id, 'text', CONCAT('Message **', s.seq, '**'), UTC_TIMESTAMP(6)
			FROM messages m, seq_1_to_5000 s WHERE m.conversation_id = UNHEX('${hex}') AND m.seq = 1;
			UPDATE conversations SET last_seq = 5001 WHERE id = UNHEX('${hex}')`);
		await visitor.gets("text", "and the last"); // shows the hole: all of it is asked for
		const items = visitor.chat.getByTestId("message");
		await until("all of them", async () => await items.count() === 5002);
		await visitor.sees("agent", "and the last");
		const visible = () => items.evaluateAll((all) =>
			all.filter((e) => e.firstElementChild.checkVisibility({ contentVisibilityAuto: true })).length);
		await until("few to be laid out", async () => await visible() < 200);
		// a new message leaves the others as they are
		await items.evaluateAll((all) => all.forEach((e) => { e.mark = true; }));
		await visitor.chat.locator(".log").evaluate((log) => {
			window.drawn = 0;
			new MutationObserver((list) => { window.drawn += list.length; })
				.observe(log, { childList: true, subtree: true, characterData: true });
		});
		await visitor.gets("text", "one more");
		await visitor.sees("agent", "one more");
		assert.ok(await visitor.chat.locator(".log").evaluate(() => window.drawn) < 20);
		assert.equal(await items.evaluateAll((all) => all.filter((e) => e.mark).length), 5002);
		// and the way back to the end
		await visitor.chat.locator(".scroller").evaluate((box) => box.scrollTo(0, 0));
		await visitor.chat.getByTestId("jump").click();
		await visitor.sees("agent", "one more");
		await visitor.chat.getByTestId("jump").waitFor({ state: "detached" });
		await clean(visitor);
	});
});

describe("hostile texts", () => {
	test("are shown or refused wherever they stand, and no policy is broken", async () => {
		const settings = { math: true, carousel: true, form: true, title: SCRIPT, greeting: SCRIPT, bot_name: EVIL[1],
			theme: `dark/barPrimary=red;}</style>${SCRIPT.replaceAll("/", "%2F")}`,
			translations: { en: { title: SCRIPT, placeholder: EVIL[1] } } };
		const visitor = await meet(settings);
		const items = [];
		for (const evil of EVIL) {
			const choices = [{ label: evil, value: evil }];
			items.push(await visitor.gets("text", `${evil} **${evil}** [${evil}](https://a.example/"onclick="alert(3)) $${evil}$`),
				await visitor.gets("quick_button", evil, { buttons: choices }),
				await visitor.gets("list", evil, { placeholder: evil, sections: [{ title: evil, options: choices }] }),
				await visitor.gets("carousel", evil, { cards: [{ title: evil, subtitle: evil, buttons: choices }] }),
				await visitor.gets("file", evil, { url: "/x", filename: evil, mime_type: evil }),
				await visitor.gets("image", evil, { url: "https://127.0.0.1:1/x", alt: evil }),
				await visitor.gets("video", evil, { url: "/x", alt: evil, poster: "/x" }),
				await visitor.gets("form", evil, { title: evil, submit: evil, fields: [
					{ name: "a", label: evil, help: evil, placeholder: evil, type: "text" },
					{ name: "b", label: evil, type: "select", options: choices }] }));
		}
		for (const bad of [{ url: "javascript:alert(1)" }, { url: "data:text/html,<script>alert(1)</script>" }])
			assert.equal((await agent.json("POST", `/api/conversations/${visitor.id}/messages`,
				{ content_type: "image", content: "", rich_media: bad })).error, "bad_request");
		assert.equal((await agent.json("POST", `/api/conversations/${visitor.id}/messages`,
			{ content: "W".repeat(1 << 20) })).error !== undefined, true);
		await items.at(-1).getByTestId("form").waitFor();
		await visitor.say(EVIL.join(" "));
		await visitor.sees("end_user", "W".repeat(190));
		await visitor.chat.getByTestId("dropdown").first().click();
		await visitor.chat.getByTestId("option").first().click();
		await visitor.sees("end_user", "<img src=x");
		const console = await AgentPage.login(browser, site);
		console.dialogs = [];
		console.page.on("dialog", (dialog) => { console.dialogs.push(dialog.message()); dialog.dismiss(); });
		console.violations = await watch(console.page.context());
		await console.page.reload();
		await console.filter("all");
		await console.open(visitor.id);
		await console.sees("end_user", "W".repeat(190));
		for (const where of [visitor.chat, console.page]) {
			assert.equal(await where.locator("[data-testid=message] script, [data-testid=message] [onerror]").count(), 0);
			assert.equal(await where.locator("[data-testid=message] a").evaluateAll((all) =>
				all.every((a) => !a.href || /^(https?|mailto|tel):/.test(a.href))), true);
		}
		// nothing is wider than the panel
		assert.deepEqual(await visitor.chat.locator(".scroller").evaluate((box) => [...box.querySelectorAll("*")]
			.filter((e) => !e.closest(".track, .visually-hidden, .meta, pre, option, .bubble *") &&
				e.getBoundingClientRect().right > box.getBoundingClientRect().right + 0.5)
			.map((e) => `${e.tagName} ${e.className}`)), []);
		await clean(visitor, console);
	});
});
