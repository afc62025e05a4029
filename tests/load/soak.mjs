// soak.mjs: everything dies while everybody talks: is anything lost?
//
//   make soak       or: node tests/load/soak.mjs [--clients 500] [--rooms 100]
//                   [--seconds 60] [--rate 20] [--daemon 3] [--database 1]
//                   [--cut 10] [--web lighttpd|apache]
//
// Clients as docs/api.md asks for them, some on polling, each cut off at random
// about every --cut seconds, while ws-daemon is killed --daemon times and the
// database --database times. One JSON object; the exit status is 1 when any
// acknowledged message was lost, doubled or out of its place at any receiver.
// SPDX-License-Identifier: MIT
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { Client } from "../e2e/crowd.mjs";
import { Agent, Installation, openChat, sleep, until } from "../e2e/harness.mjs";

/** What a client may do at this rate is not what is tested here. */
export const LIMITS = `message_burst = 10000
event_burst = 100000
request_burst = 1000000`;

const POLLING = 5; // every n-th client never leaves it
const AGENTS = 5;  // every n-th member of a room is the agent

/** Counts what comes at the wrong time, where its ancestor only names it. */
class Receiver extends Client {
	constructor(...args) {
		super(...args);
		this.duplicated = 0;
		this.reordered = 0;
		this.cuts = 0;
	}

	show(message) {
		const shown = this.shown.get(message.conversation_id);
		if (message.seq <= shown.length) this.duplicated++;
		else if (message.seq > shown.length + 1) this.reordered++;
		super.show(message);
	}

	/** The network goes away, sometimes with a word and sometimes without. */
	cut() {
		const engine = this.socket.io.engine;
		if (!engine) return;
		this.cuts++;
		const socket = engine.transport?.ws?._socket;
		if (socket && Math.random() < 0.5) socket.destroy();
		else engine.close();
	}
}

/** Calls `make` for 0 … n-1, ten at a time. */
async function many(n, make) {
	const list = [];
	for (let i = 0; i < n; i += 10)
		list.push(...await Promise.all(
			Array.from({ length: Math.min(10, n - i) }, (_, k) => make(i + k))));
	return list;
}

/** `clients` in `rooms`, all joined. */
async function gather(site, { clients, rooms }) {
	const agent = await Agent.login(site);
	const { token } = site.addWidget();
	const chats = await many(rooms, (i) => openChat(site, `soak ${i}`, { embed_token: token }));
	const all = Array.from({ length: clients }, (_, i) => {
		const id = chats[i % rooms].conversation_id;
		const isAgent = Math.floor(i / rooms) % AGENTS === AGENTS - 1;
		return new Receiver(site, { [id]: isAgent ? { sender_type: "agent" }
			: { external_id: chats[i % rooms].external_id, sender_type: "end_user" } },
		isAgent ? { Cookie: agent.cookie } : {},
		i % POLLING === 0 ? { transports: ["polling"] } : {});
	});
	await until("all to be in", () => all.every(({ joined }) => joined.size === 1));
	// An agent may write where the visitor has: everybody says hello.
	for (let i = 0; i < rooms; i++) all[i].say(chats[i].conversation_id, "hello");
	await until("the first words", () => all.slice(0, rooms).every(({ acks }) => acks.size === 1));
	return { all, ids: chats.map(({ conversation_id: id }) => id) };
}

/** Somebody says something, `rate` times a second. */
async function talk({ all, ids }, { seconds, rate }) {
	const began = Date.now();
	const total = seconds * rate;
	for (let i = 0; i < total; i++) {
		const n = Math.floor(Math.random() * all.length);
		all[n].say(ids[n % ids.length], `message ${i}`);
		await sleep(began + (i + 1) * 1000 / rate - Date.now());
	}
}

/** Every client is cut at a random moment of each `every` seconds. */
async function cutAll({ all }, { seconds, every }) {
	const cuts = all.flatMap((client) => {
		const times = [];
		for (let from = 0; from < seconds; from += every)
			times.push(from + Math.random() * every);
		return times.filter((at) => at < seconds).map((at) => ({ at, client }));
	}).sort((a, b) => a.at - b.at);
	const began = Date.now();
	for (const { at, client } of cuts) {
		await sleep(began + at * 1000 - Date.now());
		client.cut();
	}
}

/** The deaths, evenly spread over the time. */
async function kill(site, { seconds, daemon, database }) {
	const deaths = [...Array(daemon).fill("wsd"), ...Array(database).fill("db")];
	for (const [i, part] of deaths.entries()) {
		const gap = seconds * 1000 / (deaths.length + 1);
		const began = Date.now();
		await site.crash(part);
		if (i < deaths.length - 1) await sleep(gap - (Date.now() - began));
	}
}

/** What the table, the acknowledgements and the receivers say of each other. */
function judge(site, { all, ids }) {
	const acks = new Map(all.flatMap((client) => [...client.acks]));
	const found = { messages: 0, acknowledged: acks.size, unacknowledged: 0,
		deliveries: 0, lost: 0, duplicated: 0, reordered: 0, wrong_acks: 0,
		cuts: 0, faults: [] };
	const rows = new Map(ids.map((id) => [id.replaceAll("-", ""), []]));
	for (const [id, seq, name] of site.sql(`SELECT LOWER(HEX(conversation_id)), seq, client_id
		FROM messages ORDER BY conversation_id, seq`))
		rows.get(id)?.push([Number(seq), name]);
	for (const list of rows.values()) {
		found.messages += list.length;
		found.duplicated += list.length - new Set(list.map(([, name]) => name)).size;
		found.wrong_acks += list.filter(([seq, name]) => acks.get(name)?.seq !== seq).length;
	}
	// Acknowledged and not in the table.
	const stored = new Set([...rows.values()].flat().map(([, name]) => name));
	found.lost += [...acks.keys()].filter((name) => !stored.has(name)).length;
	for (const [i, client] of all.entries()) {
		const list = rows.get(ids[i % ids.length].replaceAll("-", ""));
		const shown = client.shown.get(ids[i % ids.length]);
		const seen = new Set(shown.map((message) => message.client_id));
		found.deliveries += shown.length;
		found.lost += list.filter(([, name]) => !seen.has(name)).length;
		found.duplicated += client.duplicated;
		found.reordered += client.reordered;
		found.unacknowledged += client.pending.size;
		found.cuts += client.cuts;
		// What `show` counts is named there too.
		found.faults.push(...client.faults.filter((fault) => !/ came after /.test(fault)));
	}
	return found;
}

/** Everybody has everything that is in the table, or nothing more comes. */
function settled(site, { all, ids }) {
	if (all.some(({ pending, joined }) => pending.size > 0 || joined.size === 0)) return false;
	const last = new Map(site.sql("SELECT LOWER(HEX(id)), last_seq FROM conversations")
		.map(([id, seq]) => [id, Number(seq)]));
	return all.every((client, i) => client.shown.get(ids[i % ids.length]).length >=
		last.get(ids[i % ids.length].replaceAll("-", "")));
}

export async function soak(site, options) {
	const people = await gather(site, options);
	await Promise.all([
		talk(people, options),
		cutAll(people, options),
		sleep(options.seconds * 1000 / (options.daemon + options.database + 1))
			.then(() => kill(site, options)),
	]);
	// Waiting in vain is a finding, which the judge names.
	await until("everybody to have everything", () => settled(site, people)).catch(() => {});
	const found = judge(site, people);
	for (const { socket } of people.all) socket.disconnect();
	return found;
}

/** What must be nought. */
export function harm({ lost, duplicated, reordered, wrong_acks, unacknowledged, faults }) {
	return { lost, duplicated, reordered, wrong_acks, unacknowledged, faults };
}

async function main() {
	const { values } = parseArgs({ options: Object.fromEntries(Object.entries({
		clients: "500", rooms: "100", seconds: "60", rate: "20", daemon: "3",
		database: "1", cut: "10", web: "lighttpd",
	}).map(([name, value]) => [name, { type: "string", default: value }])) });
	const { web, cut, ...numbers } = values;
	const options = { every: Number(cut), ...Object.fromEntries(
		Object.entries(numbers).map(([name, value]) => [name, Number(value)])) };
	const site = await Installation.start({ web, conf: LIMITS });
	const found = await soak(site, options);
	console.log(JSON.stringify({ ...options, web, ...found }));
	await site.stop();
	const { faults, ...counts } = harm(found);
	process.exitCode = faults.length > 0 || Object.values(counts).some((n) => n > 0) ? 1 : 0;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await main();
