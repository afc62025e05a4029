// messages.test.mjs: every type of message, by socket, REST and the Chat API
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Agent, Installation, ask, http, next, until, visitor } from "./harness.mjs";
import { Api } from "./openapi.mjs";

const OPTIONS = [{ label: "Roses", value: "roses" }, { label: "Lilies", value: "lilies" }];
const FIELDS = [
	{ name: "name", label: "Your name", type: "text", required: true },
	{ name: "email", label: "E-mail", type: "email" },
	{ name: "guests", label: "Guests", type: "number", min: 1, max: 9 },
	{ name: "room", label: "Room", type: "select", options: [{ label: "Sea view", value: "sea" }] },
];
const TYPES = {
	text: [undefined, "text"],
	image: [{ url: "/a.png", alt: "A", width: 4, height: 3 }, "image"],
	file: [{ url: "https://a.example/m.pdf", filename: "m.pdf", mime_type: "application/pdf" }, "document"],
	quick_button: [{ buttons: OPTIONS }, "buttons"],
	carousel: [{ cards: [{ title: "Roses", subtitle: "Red", buttons: OPTIONS }] }, "text"],
	dropdown: [{ placeholder: "Pick", options: OPTIONS }, "list"],
	list: [{ placeholder: "Pick", sections: [{ title: "Flowers", options: OPTIONS }] }, "list"],
	video: [{ url: "/v.mp4", mime_type: "video/mp4", poster: "/p.jpg" }, "video"],
	audio: [{ url: "/a.ogg", mime_type: "audio/ogg" }, "audio"],
	form: [{ title: "Book", fields: FIELDS }, "text"],
};
const FLOW = {
	hello: { initial: true, message: [
		{ type: "list", text: "Pick", button_text: "Open", sections: [{ title: "S", rows: [{ id: "a", title: "A" }] }] },
		{ type: "video", media_url: "/v.mp4" }, { type: "audio", media_url: "/a.ogg" },
		{ type: "document", media_url: "/d.pdf" },
		{ type: "form", text: "Who are you?", fields: FIELDS }],
	transitions: { a: "picked", default: "thanks" } },
	picked: { message: "You picked A.", transitions: { default: "thanks" } },
	thanks: { message: "Thank you {{name}}, {{guests}} in {{room}}.", transitions: { default: "thanks" } },
};

let site, api, agent;
before(async () => {
	site = await Installation.start({ conf: "message_burst = 1000\nevent_burst = 100000" });
	api = await Api.start(site);
	agent = await Agent.login(site);
});
after(() => site?.stop());

let names = 0;
async function makeBot() {
	const { id: chatbot_id } = (await api.call("createChatbot", { body: { name: `Florist ${++names}` } })).body;
	const { id: flow_id } = (await api.call("createFlow", { params: { chatbot_id },
		body: { name: "Main", type: "conversation", flow: FLOW } })).body;
	await api.call("publishFlow", { params: { chatbot_id, flow_id } });
	return chatbot_id;
}

const message = (type) => ({ content: `a ${type}`, content_type: type,
	...(TYPES[type][0] && { rich_media: TYPES[type][0] }) });
const seen = (m) => [m.content_type, m.content, m.rich_media ?? undefined];
const history = async (who) => (await http(site, "GET",
	`/chat-widget/history/${who.id}?external_id=${who.externalId}`)).json;

describe("every type of message", () => {
	let who;
	before(async () => {
		const { token } = site.addWidget();
		who = await visitor(site, "collector", { embed_token: token });
		await who.say("hello");
	});
	after(() => who?.socket.close());

	for (const type of Object.keys(TYPES)) {
		test(`${type}: from an agent by socket and REST, and from a visitor, is heard and read as it was sent`, async () => {
			const socket = await agent.socket();
			await ask(socket, "join_conversation", { conversation_id: who.id });
			for (const send of [
				() => ask(socket, "send_message", { conversation_id: who.id, sender_type: "agent", ...message(type) }),
				() => agent.json("POST", `/api/conversations/${who.id}/messages`, message(type)),
				() => who.say(`a ${type}`, message(type)),
			]) {
				const heard = next(who.socket, "message_received");
				const ack = await send();
				assert.equal(ack.ok, true, JSON.stringify(ack));
				const wanted = seen(message(type));
				assert.deepEqual(seen(await heard), wanted);
				const stored = (await history(who)).find((m) => m.id === ack.id);
				assert.deepEqual(seen(stored), wanted);
			}
			socket.close();
		});
	}
});

describe("a bot", () => {
	test("says lists, videos, sounds, documents and forms, to the widget and through the Chat API", async () => {
		const chatbot_id = await makeBot();
		const { token } = site.addWidget({ more: ["--chatbot", chatbot_id] });
		const who = await visitor(site, "guest", { embed_token: token });
		const said = await until("the greeting", async () => {
			const all = await history(who);
			return all.length >= 5 && all;
		});
		assert.deepEqual(said.map((m) => m.content_type), ["list", "video", "audio", "file", "form"]);
		assert.deepEqual(said[0].rich_media, { placeholder: "Open", options: [{ label: "A", value: "a" }],
			sections: [{ title: "S", options: [{ label: "A", value: "a" }] }] });
		assert.deepEqual(said[4].rich_media.fields, FIELDS);
		const session = (await api.call("createChatSession", { params: { chatbot_id }, body: {} })).body;
		assert.deepEqual(session.messages.map((m) => m.type), ["list", "video", "audio", "document", "text"]);
		assert.equal(session.messages[4].text, "Who are you?\nYour name\nE-mail\nGuests\nRoom");
		// a row of the list is a click
		await who.say("A", { rich_media: { value: "a" } });
		await until("the answer", async () => (await history(who)).at(-1).content === "You picked A.");
		who.socket.close();
	});

	test("knows what was filled in; agents see it; it is filled in once", async () => {
		const chatbot_id = await makeBot();
		const { token } = site.addWidget({ more: ["--chatbot", chatbot_id] });
		const who = await visitor(site, "filler", { embed_token: token });
		const form = await until("the form", async () =>
			(await history(who)).find((m) => m.content_type === "form"));
		const fill = (values, more = {}) => who.say("", { rich_media: { form: { message_id: form.id, values } }, ...more });
		for (const [values, why] of [[{}, /name is missing/], [{ name: "Asha", email: "x" }, /email is no e-mail/],
			[{ name: "Asha", guests: 12 }, /guests is outside/], [{ name: "Asha", secret: 1 }, /secret is no field/]]) {
			const refusal = await fill(values);
			assert.equal(refusal.error, "bad_request");
			assert.match(refusal.message, why);
		}
		const values = { name: "Asha", email: "asha@example.org", guests: 2, room: "sea" };
		const ack = await fill(values, { client_id: "filled" });
		assert.equal(ack.ok, true, ack.message);
		assert.equal((await fill(values, { client_id: "filled" })).id, ack.id);
		assert.equal((await fill(values, { client_id: "again" })).error, "conflict");
		const rest = await http(site, "POST", "/chat-widget/send", {
			headers: { "Content-Type": "application/json" }, body: JSON.stringify({ conversation_id: who.id,
				external_id: "filler", content: "", rich_media: { form: { message_id: form.id, values } } }) });
		assert.equal(rest.status, 409);
		const all = await agent.json("GET", `/api/conversations/${who.id}/history`);
		const stored = all.find((m) => m.id === ack.id);
		assert.equal(stored.content, "Your name: Asha\nE-mail: asha@example.org\nGuests: 2\nRoom: Sea view");
		assert.deepEqual(stored.rich_media, { form: { message_id: form.id, values } });
		await until("the answer", async () => (await history(who)).at(-1).content === "Thank you Asha, 2 in sea.");
		who.socket.close();
	});
});
