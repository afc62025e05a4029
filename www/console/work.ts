/* work.ts: what an agent does to a conversation. Each change shows at once
 * and is taken back, with a sentence, when the server says no. */
/* SPDX-License-Identifier: MIT */
import type { ClaimAck, Conversation } from '../shared/types';
import type { Desk } from './desk';
import { post, sentence, statusOf } from './http';
import { assigned, holder, isOpen, resolved } from './inbox';
import { fetchNow } from './lists';
import { followClaim } from './navigate';
import { words } from './words';

type Claim = 'mine' | 'taken' | Error;

async function claimByRest(id: string): Promise<Claim>
{
	try {
		await post(`/api/conversations/${id}/assign`);
		return 'mine';
	} catch (error) {
		return statusOf(error) === 409 ? 'taken' : error as Error;
	}
}

async function claimBySocket(desk: Desk, id: string): Promise<Claim>
{
	const ack = await desk.connection.emitWithAck<ClaimAck>(
		'claim_conversation', { conversation_id: id });

	if (ack.ok)
		return 'mine';
	return ack.error === 'conflict' ? 'taken'
		: new Error(ack.message ?? ack.error);
}

/* Claiming twice is harmless: the same agent keeps it. So a lost answer is
 * asked for again over REST. */
async function claimAnyhow(desk: Desk, id: string): Promise<Claim>
{
	if (desk.connection.state.get() === 'online')
		try {
			return await claimBySocket(desk, id);
		} catch {
			/* no answer: whether it was done is asked below */
		}
	return claimByRest(id);
}

/* Shows a change before the server has answered; it is noted then and again
 * with the answer, since a list read in between may know either. */
function changeSession(desk: Desk, id: string,
	how: (c: Conversation) => Conversation): void
{
	desk.changes.note(id);
	desk.change(id, how);
}

function undo(desk: Desk, before: Conversation): void
{
	desk.change(before.id, (c) =>
		c.active_session?.id !== before.active_session?.id ? c
			: { ...c, active_session: before.active_session,
				handoff: before.handoff });
}

/* After a lost race: what is true now, and who has it. */
async function tellTaken(desk: Desk, before: Conversation): Promise<void>
{
	undo(desk, before);
	await fetchNow(desk, before.id).catch(() => false);
	const now = desk.conversation(before.id);
	const who = now === undefined ? null : holder(now);

	desk.toast(now !== undefined && !isOpen(now)
		? words.alreadyResolved
		: words.hasIt(desk.agentName(who)), true);
}

const claiming = new Set<string>();

/* Takes the conversation; true when it is the caller's afterwards. */
export async function claim(desk: Desk, id: string): Promise<boolean>
{
	const before = desk.conversation(id);

	if (before === undefined || !isOpen(before) || claiming.has(id))
		return false;
	if (holder(before) === desk.myId)
		return true;
	claiming.add(id);
	changeSession(desk, id, (c) =>
		assigned(c, desk.myId, new Date().toISOString()));
	const result = await claimAnyhow(desk, id);

	claiming.delete(id);
	if (result === 'mine') {
		desk.changes.note(id);
		followClaim(desk, id);
		return true;
	}
	if (result === 'taken') {
		await tellTaken(desk, before);
	} else {
		undo(desk, before);
		desk.toast(sentence(result), true);
	}
	return false;
}

/* By a button, which goes away with the claim: the focus it leaves behind
 * goes to the composer, but on a phone that would raise the keyboard. */
export async function claimHere(desk: Desk, id: string): Promise<void>
{
	if (await claim(desk, id) && document.activeElement === document.body &&
	    !matchMedia('(pointer: coarse)').matches)
		document.getElementById('composer')?.focus();
}

/* Ends the open session with these tags. */
export async function resolve(
	desk: Desk, id: string, tags: readonly string[],
): Promise<void>
{
	const before = desk.conversation(id);

	if (before === undefined || !isOpen(before))
		return;
	changeSession(desk, id, (c) =>
		resolved(c, tags, new Date().toISOString(), desk.myId));
	try {
		await post(`/api/conversations/${id}/resolve`, { tags });
		desk.changes.note(id);
		desk.rememberActive(id);
		desk.toast(words.resolvedToast);
	} catch (error) {
		undo(desk, before);
		if (statusOf(error) === 409)
			void fetchNow(desk, id).catch(() => false);
		desk.toast(statusOf(error) === 409
			? words.alreadyResolved : sentence(error), true);
	}
}

/* Replaces the open session's tags. */
export async function tag(
	desk: Desk, id: string, tags: string[],
): Promise<void>
{
	const before = desk.conversation(id);

	if (!before?.active_session)
		return;
	changeSession(desk, id, (c) => ({ ...c,
		active_session: { ...c.active_session!, tags } }));
	try {
		await post(`/api/conversations/${id}/tag`, { tags });
		desk.changes.note(id);
		desk.rememberActive(id);
	} catch (error) {
		undo(desk, before);
		desk.toast(sentence(error), true);
	}
}

/* Sends a reply; who replies where the bot answers takes over first. False
 * when the text should stay in the composer. */
export async function reply(
	desk: Desk, id: string, content: string,
): Promise<boolean>
{
	const c = desk.conversation(id);

	if (c === undefined || !isOpen(c))
		return false;
	if (holder(c) === null && !await claim(desk, id))
		return false;
	desk.outbox.add(id, { content });
	return true;
}

export async function logOut(desk: Desk): Promise<void>
{
	try {
		await post('/auth/logout');
		location.assign('/auth/login');
	} catch (error) {
		if (statusOf(error) !== 401)
			desk.toast(words.logOutFailed, true);
	}
}
