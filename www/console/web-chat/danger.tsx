/* danger.tsx: copying a widget, making its key anew, deleting it */
/* SPDX-License-Identifier: MIT */
import { useState } from 'preact/hooks';
import { useDesk } from '../desk';
import { del, post, sentence, statusOf } from '../http';
import { Modal } from '../modal';
import { go } from '../navigate';
import { words as common } from '../words';
import { widgetRoute } from './list';
import type { Widget } from './options';
import type { TabProps } from './widget';
import { webChatWords as words } from './words';

type Open = 'clone' | 'renew' | 'remove' | null;

interface ActProps {
	of: Widget;
	onClose(): void;
}

export function DangerTab({ editing: { widget } }: TabProps)
{
	const [open, setOpen] = useState<Open>(null);
	const close = () => setOpen(null);

	return (
		<div class="wc-narrow wc-acts">
			<Act title={words.clone} hint={words.cloneHint} testId="clone"
				onClick={() => setOpen('clone')} />
			<Act title={words.renew} hint={words.renewHint} testId="renew"
				danger onClick={() => setOpen('renew')} />
			<Act title={words.remove} hint={words.removeHint} danger
				testId="remove" onClick={() => setOpen('remove')} />
			{open === 'clone' && <Clone of={widget} onClose={close} />}
			{open === 'renew' && <Renew of={widget} onClose={close} />}
			{open === 'remove' && <Remove of={widget} onClose={close} />}
		</div>
	);
}

function Act({ title, hint, testId, danger, onClick }: {
	title: string; hint: string; testId: string; danger?: boolean;
	onClick(): void;
})
{
	return (
		<section class="wc-act">
			<div>
				<h2 class="wc-act-title">{title}</h2>
				<p class="hint">{hint}</p>
			</div>
			<button type="button" class={danger ? 'button danger' : 'button'}
				data-testid={`widget-${testId}`} onClick={onClick}>
				{title}</button>
		</section>
	);
}

/* Runs a call; what fails is said in the dialog. */
function useAct(act: () => Promise<void>)
{
	const [busy, setBusy] = useState(false);
	const [error, setError] = useState('');
	const run = async () => {
		setBusy(true);
		setError('');
		try {
			await act();
		} catch (problem) {
			setError(sentence(problem));
			setBusy(false);
		}
	};

	return { busy, error, run: () => void run() };
}

function Clone({ of: widget, onClose }: ActProps)
{
	const desk = useDesk();
	const [name, setName] = useState(
		words.copyOf(widget.name).slice(0, 100));
	const { busy, error, run } = useAct(async () => {
		const made = await post<Widget>(`/api/widgets/${widget.id}/clone`,
			{ name: name.trim() });

		onClose();
		desk.toast(words.cloned(made.name));
		go(desk, widgetRoute(made.id));
	});

	return (
		<Modal title={words.clone} hint={words.cloneHint}
			onClose={() => busy || onClose()}>
			<form onSubmit={(event) => {
				event.preventDefault();
				run();
			}}>
				<p class="form-error" role="alert">{error}</p>
				<label class="label" for="clone-name">{words.cloneName}
				</label>
				<input class="field" id="clone-name" data-testid="clone-name"
					autofocus required maxLength={100} value={name}
					dir="auto" autocomplete="off" onInput={(event) =>
						setName(event.currentTarget.value)} />
				<footer class="modal-foot">
					<button type="button" class="button" disabled={busy}
						onClick={onClose}>{common.cancel}</button>
					<button type="submit" class="button primary"
						disabled={busy} data-testid="clone-confirm">
						{busy ? words.working : words.clone}</button>
				</footer>
			</form>
		</Modal>
	);
}

function Renew({ of: widget, onClose }: ActProps)
{
	const desk = useDesk();
	const { busy, error, run } = useAct(async () => {
		await post(`/api/widgets/${widget.id}/key`);
		onClose();
		desk.toast(words.renewed);
		go(desk, widgetRoute(widget.id, 'install'));
	});

	return (
		<Modal title={words.renewTitle} hint={words.renewHint}
			onClose={() => busy || onClose()}>
			<p class="form-error" role="alert">{error}</p>
			<footer class="modal-foot">
				<button type="button" class="button" disabled={busy} autofocus
					onClick={onClose}>{common.cancel}</button>
				<button type="button" class="button danger-fill"
					disabled={busy} data-testid="renew-confirm"
					onClick={run}>{busy ? words.working : words.renew}
				</button>
			</footer>
		</Modal>
	);
}

function Remove({ of: widget, onClose }: ActProps)
{
	const desk = useDesk();
	const [typed, setTyped] = useState('');
	const { busy, error, run } = useAct(async () => {
		try {
			await del(`/api/widgets/${widget.id}`);
		} catch (problem) {
			/* Somebody else was faster: it is what was wanted. */
			if (statusOf(problem) !== 404)
				throw problem;
		}
		onClose();
		desk.toast(words.removed(widget.name));
		/* What was not saved goes with it. */
		desk.unsaved = null;
		go(desk, { page: 'widgets', widget: null });
	});
	const name = widget.name || words.title;

	return (
		<Modal title={words.removeTitle(name)}
			onClose={() => busy || onClose()}>
			<form onSubmit={(event) => {
				event.preventDefault();
				if (typed.trim() === name)
					run();
			}}>
				<ul class="wc-facts">{words.removeFacts.map((fact) =>
					<li key={fact}>{fact}</li>)}</ul>
				<p class="form-error" role="alert">{error}</p>
				<label class="label" for="remove-name">
					{words.removeType(name)}</label>
				<input class="field" id="remove-name" autofocus
					data-testid="remove-name" autocomplete="off" dir="auto"
					value={typed} onInput={(event) =>
						setTyped(event.currentTarget.value)} />
				<footer class="modal-foot">
					<button type="button" class="button" disabled={busy}
						onClick={onClose}>{common.cancel}</button>
					<button type="submit" class="button danger-fill"
						data-testid="remove-confirm"
						disabled={busy || typed.trim() !== name}>
						{busy ? words.working : words.remove}</button>
				</footer>
			</form>
		</Modal>
	);
}
