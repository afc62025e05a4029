// files.test.mjs: pictures and documents in the composer: chosen, dropped, pasted, refused, offline
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Installation, until } from "../e2e/harness.mjs";
import { StandIn } from "../e2e/stand-in.mjs";
import { png } from "../e2e/uploads.mjs";
import { launch, SENT, Visitor } from "./people.mjs";

let site, browser;
before(async () => {
	site = await Installation.start({ conf: "attachment_max_bytes = 100000" });
	attachments(true);
	browser = await launch();
});
after(async () => {
	await browser?.close();
	await site?.stop();
});

function attachments(on) {
	site.sql(`UPDATE integrations SET settings = JSON_SET(settings, '$.attachments', ${on}) ` +
		"WHERE type = 'web_chat'");
}

const picture = { name: "plant.png", mimeType: "image/png", buffer: png(60, 40) };

async function open() {
	const visitor = await Visitor.visit(browser, site);
	await visitor.open();
	return visitor;
}

const choose = (visitor, ...files) => visitor.chat.getByTestId("attach-input").setInputFiles(files);
const upload = (visitor, state) => visitor.chat.locator(`[data-testid=upload][data-state=${state}]`);
const send = (visitor) => visitor.chat.getByTestId("send").click();

/** What was stored of those types, by name. */
function stored(type) {
	return site.sql("SELECT JSON_VALUE(rich_media, '$.filename') FROM messages " +
		`WHERE content_type = '${type}' ORDER BY id`).map(([name]) => name);
}

/** Gives files to the panel as a drag from the desktop or the clipboard does. */
function give(visitor, kind, name) {
	return visitor.chat.locator("body").evaluate((body, [what, file, bytes]) => {
		const data = new DataTransfer();
		data.items.add(new File([new Uint8Array(bytes)], file, { type: "image/png" }));
		const area = body.querySelector("textarea");
		if (what === "paste")
			area.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
		else
			for (const step of ["dragover", "drop"])
				body.dispatchEvent(new DragEvent(step, { dataTransfer: data, bubbles: true, cancelable: true }));
	}, [kind, name, [...png(4, 4)]]);
}

describe("the composer", () => {
	test("has no way to attach where the option is off", async () => {
		attachments(false);
		const visitor = await open();
		assert.equal(await visitor.chat.getByTestId("attach").count(), 0);
		await give(visitor, "drop", "no.png");
		assert.equal(await visitor.chat.getByTestId("upload").count(), 0);
		await visitor.page.context().close();
		attachments(true);
	});

	test("sends pictures and documents, with words behind them", async () => {
		const visitor = await open();
		await choose(visitor, picture, { name: "price list.pdf", mimeType: "application/pdf",
			buffer: Buffer.from("%PDF-1.4\n1 0 obj\n") });
		await upload(visitor, "done").nth(1).waitFor();
		assert.equal(await visitor.chat.locator("img.upload-thumb").count(), 1);
		await visitor.chat.getByTestId("composer").fill("here they are");
		await send(visitor);
		const image = visitor.chat.locator("[data-testid=message] img[src*='/files/']");
		await image.waitFor();
		await until("the picture to be drawn", () => image.evaluate((img) => img.naturalWidth === 60));
		await visitor.chat.getByText("price list.pdf").waitFor();
		await visitor.chat.getByText("here they are").waitFor();
		assert.equal(await visitor.chat.getByTestId("upload").count(), 0);
		await until("both to be stored", () => stored("file").includes("price list.pdf") &&
			stored("image").includes("plant.png"));
		assert.deepEqual(visitor.page.faults, []);
		await visitor.page.context().close();
	});

	test("takes what is dropped and what is pasted", async () => {
		const visitor = await open();
		await give(visitor, "drop", "dropped.png");
		await give(visitor, "paste", "pasted.png");
		await upload(visitor, "done").nth(1).waitFor();
		await send(visitor);
		await until("both to be stored", () => ["dropped.png", "pasted.png"]
			.every((name) => stored("image").includes(name)));
		assert.deepEqual(visitor.page.faults, []);
		await visitor.page.context().close();
	});

	test("says why a file is refused, and sends nothing of it", async () => {
		const visitor = await open();
		await choose(visitor, { name: "page.png", mimeType: "image/png",
			buffer: Buffer.from("<!doctype html><script>alert(1)</script>") },
		{ name: "large.pdf", mimeType: "application/pdf",
			buffer: Buffer.from("%PDF-1.4\n".padEnd(150_000, "x")) });
		await upload(visitor, "failed").nth(1).waitFor();
		await visitor.chat.getByText("Files of this kind are not taken.").waitFor();
		await visitor.chat.getByText("The file is too large.").waitFor();
		assert.equal(await visitor.chat.getByTestId("send").getAttribute("aria-disabled"), "true");
		await visitor.chat.getByTestId("upload-remove").first().click();
		await visitor.chat.getByTestId("upload-remove").first().click();
		assert.equal(await visitor.chat.getByTestId("upload").count(), 0);
		await visitor.page.context().close();
	});

	test("keeps a file without a connection, and sends it when there is one", async () => {
		const visitor = await open();
		await choose(visitor, picture);
		await upload(visitor, "done").waitFor();
		await visitor.chat.getByTestId("upload-remove").click();
		await visitor.page.context().setOffline(true);
		await choose(visitor, { ...picture, name: "later.png" });
		await upload(visitor, "offline").waitFor();
		await visitor.chat.getByText("No connection.").waitFor();
		await send(visitor);
		await visitor.page.context().setOffline(false);
		await until("it to be stored", () => stored("image").includes("later.png"));
		await visitor.chat.getByTestId("upload").waitFor({ state: "detached" });
		assert.deepEqual(visitor.page.faults, []);
		await visitor.page.context().close();
	});
});

describe("a link in a message", () => {
	let pages, inside;
	before(async () => {
		pages = await StandIn.start((_, answer) => answer.writeHead(200, { "Content-Type": "text/html" }).end(
			'<title><img src=x onerror=alert(1)></title><meta name="description" content="Roses &amp; lilies">'));
		inside = await Installation.start({ conf:
			`outside_http = yes\noutside_allow = 127.0.0.1:${pages.port}` });
	});
	after(async () => {
		await inside?.stop();
		await pages?.stop();
	});
	const unfurl = (on) => inside.sql("UPDATE integrations SET settings = " +
		`JSON_SET(settings, '$.unfurl', ${on}) WHERE type = 'web_chat'`);

	test("has a card that says where it leads, as text, where the option is on", async () => {
		unfurl(true);
		const visitor = await Visitor.visit(browser, inside);
		await visitor.open();
		await visitor.say(`see ${pages.url}/roses`);
		const card = visitor.chat.getByTestId("preview");
		await card.waitFor();
		assert.match(await card.textContent(), /Roses & lilies127\.0\.0\.1/);
		assert.match(await card.textContent(), /<img src=x onerror=alert/);
		assert.equal(await card.locator("img").count(), 0);
		assert.equal(await card.getAttribute("href"), `${pages.url}/roses`);
		assert.equal(await card.getAttribute("rel"), "noopener noreferrer");
		assert.deepEqual(visitor.page.faults, []);
		await visitor.page.context().close();
	});

	test("has none where the option is off, and nobody is asked", async () => {
		unfurl(false);
		const visitor = await Visitor.visit(browser, inside);
		const asked = [];
		visitor.page.on("request", (request) => asked.push(new URL(request.url()).pathname));
		await visitor.open();
		await visitor.say(`see ${pages.url}/lilies`);
		await visitor.chat.locator(SENT).last().waitFor();
		assert.equal(await visitor.chat.getByTestId("preview").count(), 0);
		assert.ok(!asked.includes("/chat-widget/preview"));
		await visitor.page.context().close();
	});
});
