/* dialogs.tsx: resolving with tags, and the list of keys */
/* SPDX-License-Identifier: MIT */
import { useState } from 'preact/hooks';
import { useStore } from '../shared/hooks';
import type { Conversation } from '../shared/types';
import { type Desk, useDesk } from './desk';
import { isOpen } from './inbox';
import { Modal } from './modal';
import { addTags, TagInput } from './tag-input';
import { webChatWords } from './web-chat/words';
import { words } from './words';
import { resolve } from './work';

export function Dialogs()
{
	const desk = useDesk();
	const which = useStore(desk.dialog);
	const open = useStore(desk.open);
	const c = useStore(desk.all).get(open?.id ?? '');
	const leaving = useStore(desk.leaving);

	if (leaving !== null)
		return <LeaveDialog go={leaving} />;
	if (which === 'keys')
		return <KeysDialog />;
	if (which === 'resolve' && c !== undefined && isOpen(c))
		return <ResolveDialog key={c.id} conversation={c} />;
	return null;
}

/* What was changed on a page and not stored is lost only by one's own word. */
function LeaveDialog({ go }: { go(): void })
{
	const desk = useDesk();
	const stay = () => desk.leaving.set(null);

	return (
		<Modal title={webChatWords.leaveTitle} hint={webChatWords.leaveHint}
			onClose={stay}>
			<footer class="modal-foot">
				<button type="button" class="button" autofocus
					data-testid="leave-stay" onClick={stay}>
					{webChatWords.stay}</button>
				<button type="button" class="button danger-fill"
					data-testid="leave-go" onClick={() => {
						stay();
						desk.unsaved = null;
						go();
					}}>{webChatWords.leave}</button>
			</footer>
		</Modal>
	);
}

/* Tags of all known sessions, for suggestions. */
export function knownTags(desk: Desk): string[]
{
	const tags = new Set<string>();

	for (const session of desk.sessions.get().values())
		for (const tag of session.tags)
			tags.add(tag);
	return [...tags].sort(new Intl.Collator().compare);
}

function ResolveDialog({ conversation: c }: { conversation: Conversation })
{
	const desk = useDesk();
	const [tags, setTags] = useState<readonly string[]>(
		c.active_session?.tags ?? []);
	const [typed, setTyped] = useState('');
	const close = () => desk.dialog.set(null);

	/* The button that opened the dialog goes away with the session; and
	 * while the dialog stands, nothing behind it takes the focus. */
	const confirm = () => {
		close();
		void resolve(desk, c.id, addTags(tags, typed));
		requestAnimationFrame(() =>
			document.getElementById('thread-title')?.focus());
	};

	return (
		<Modal title={words.resolveTitle} hint={words.resolveHint}
			onClose={close}>
			<form onSubmit={(event) => {
				event.preventDefault();
				confirm();
			}}>
				<label class="label" for="resolve-tags">{words.tags}</label>
				<TagInput id="resolve-tags" autofocus testId="tag-input"
					label={words.tags} tags={tags} typed={typed}
					known={knownTags(desk)}
					onTyped={setTyped} onTags={setTags} />
				<p class="hint">{words.tagsHint}</p>
				<footer class="modal-foot">
					<button type="button" class="button" onClick={close}>
						{words.cancel}
					</button>
					<button type="submit" class="button primary"
						data-testid="resolve-confirm">
						{words.resolve}
					</button>
				</footer>
			</form>
		</Modal>
	);
}

export const KEYS_OFF = 'baraza.keys-off';

function KeysDialog()
{
	const desk = useDesk();
	const [on, setOn] = useState(desk.storage.get(KEYS_OFF) === null);
	const toggle = () => {
		if (on)
			desk.storage.set(KEYS_OFF, '1');
		else
			desk.storage.remove(KEYS_OFF);
		setOn(!on);
	};

	return (
		<Modal title={words.keys} onClose={() => desk.dialog.set(null)}>
			<dl class="keys" data-testid="keys">
				{words.keyList.map(([key, what]) => (
					<div key={key}>
						<dt>{key.split(' ').map((k) =>
							<kbd key={k}>{k}</kbd>)}</dt>
						<dd>{what}</dd>
					</div>))}
			</dl>
			<label class="check">
				<input type="checkbox" checked={on} onChange={toggle} />
				{words.keysOn}
			</label>
		</Modal>
	);
}
