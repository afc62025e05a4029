/* create.tsx: a new widget: its name, who answers, where it may stand */
/* SPDX-License-Identifier: MIT */
import { useRef, useState } from 'preact/hooks';
import { useDesk } from '../desk';
import { post, sentence } from '../http';
import { nameFault } from '../key-list';
import { Modal } from '../modal';
import { go } from '../navigate';
import { words as common } from '../words';
import { widgetRoute } from './list';
import { useLoad } from './load';
import { type Chatbot, linesOf, type Widget } from './options';
import { webChatWords as words } from './words';

export function CreateWidget({ onClose }: { onClose(): void })
{
	const desk = useDesk();
	const { loaded } = useLoad<[Chatbot[]]>('/api/chatbots');
	const bots = loaded.status === 'ready' ? loaded.data[0] : [];
	const [name, setName] = useState('');
	const [touched, setTouched] = useState(false);
	const [bot, setBot] = useState<string | null>(null);
	const [sites, setSites] = useState('');
	const [busy, setBusy] = useState(false);
	const [error, setError] = useState('');
	const field = useRef<HTMLInputElement>(null);
	const fault = touched ? nameFault(name) : null;
	const chosen = bot ?? bots[0]?.id ?? '';
	const submit = async () => {
		setTouched(true);
		setError('');
		if (nameFault(name) !== null)
			return field.current!.focus();
		setBusy(true);
		try {
			const made = await post<Widget>('/api/widgets', {
				name: name.trim(), allowed_origins: linesOf(sites),
				...(chosen !== '' && { chatbot_id: chosen }) });

			onClose();
			go(desk, widgetRoute(made.id, 'install'));
		} catch (problem) {
			setBusy(false);
			setError(sentence(problem));
		}
	};

	return (
		<Modal title={words.createTitle} onClose={() => busy || onClose()}>
			<form noValidate onSubmit={(event) => {
				event.preventDefault();
				if (!busy)
					void submit();
			}}>
				<p class="form-error" role="alert">{error}</p>
				<label class="label" for="widget-name">{words.name}</label>
				<input class="field" id="widget-name" ref={field}
					data-testid="widget-name" autofocus required
					autocomplete="off" value={name} dir="auto"
					aria-invalid={fault !== null}
					aria-describedby="widget-name-hint"
					onInput={(event) => setName(event.currentTarget.value)}
					onBlur={() => setTouched(touched || name !== '')} />
				<p class={fault ? 'hint field-error' : 'hint'}
					id="widget-name-hint" aria-live="polite">
					{fault === 'missing' ? words.nameMissing
						: fault ? words.nameLong : words.nameHint}</p>
				<label class="label" for="widget-bot">{words.chatbot}</label>
				<select class="field" id="widget-bot"
					data-testid="widget-bot" value={chosen}
					aria-describedby="widget-bot-hint"
					onChange={(event) =>
						setBot(event.currentTarget.value)}>
					{bots.map((b) => <option key={b.id} value={b.id}>
						{b.name}</option>)}
					<option value="">{words.noBot}</option>
				</select>
				<p class="hint" id="widget-bot-hint">
					{loaded.status === 'ready' && bots.length === 0
						? words.noChatbots : words.chatbotHint}</p>
				<label class="label" for="widget-sites">{words.sites}</label>
				<textarea class="field wc-lines code" id="widget-sites"
					data-testid="widget-sites" rows={2} dir="ltr"
					spellcheck={false} value={sites}
					aria-describedby="widget-sites-hint"
					onInput={(event) =>
						setSites(event.currentTarget.value)} />
				<p class="hint" id="widget-sites-hint">{words.sitesHint}</p>
				<footer class="modal-foot">
					<button type="button" class="button" disabled={busy}
						onClick={onClose}>{common.cancel}</button>
					<button type="submit" class="button primary"
						disabled={busy} data-testid="widget-submit">
						{busy ? words.creating : words.create}</button>
				</footer>
			</form>
		</Modal>
	);
}
