/* identity.tsx: whether visitors must prove who they are, and with what */
/* SPDX-License-Identifier: MIT */
import { useState } from 'preact/hooks';
import { post, sentence } from '../http';
import { Icon } from '../icons';
import { Modal } from '../modal';
import { words as common } from '../words';
import { CodeBlock, CopyField } from './copy';
import { Option } from './forms';
import { pageSample, type Proof, samples } from './samples';
import type { Widget } from './options';
import type { TabProps } from './widget';
import { webChatWords as words } from './words';

export function IdentityTab({ editing }: TabProps)
{
	const { widget } = editing;
	const [has, setHas] = useState(widget.has_identity_secret);
	const [open, setOpen] = useState(false);

	return (
		<div class="wc-narrow">
			<Option editing={editing} of="identity_verification" />
			<div class="wc-field">
				<h2 class="label">{words.secret}</h2>
				<p>{has ? words.hasSecret : words.hasNoSecret}</p>
				<button type="button" class="button wc-make"
					data-testid="secret-make" onClick={() => setOpen(true)}>
					<Icon name="key" />
					{has ? words.newSecret : words.makeSecret}</button>
			</div>
			<Samples />
			{open && <MakeSecret of={widget} has={has}
				onMade={() => setHas(true)}
				onClose={() => setOpen(false)} />}
		</div>
	);
}

/* One dialog for both steps; the first only when something would break. */
function MakeSecret({ of: widget, has, onMade, onClose }: {
	of: Widget; has: boolean; onMade(): void; onClose(): void;
})
{
	const [secret, setSecret] = useState('');
	const [busy, setBusy] = useState(false);
	const [error, setError] = useState('');
	const make = async () => {
		setBusy(true);
		setError('');
		try {
			setSecret((await post<{ secret: string }>(
				`/api/widgets/${widget.id}/identity-secret`)).secret);
			onMade();
		} catch (problem) {
			setError(sentence(problem));
		}
		setBusy(false);
	};

	if (secret === '')
		return (
			<Modal title={has ? words.newSecretTitle : words.makeSecret}
				hint={has ? words.newSecretHint : words.secretWarning}
				onClose={() => busy || onClose()}>
				<p class="form-error" role="alert">{error}</p>
				<footer class="modal-foot">
					<button type="button" class="button" disabled={busy}
						autofocus={has} onClick={onClose}>
						{common.cancel}</button>
					<button type="button" disabled={busy} autofocus={!has}
						class={has ? 'button danger-fill'
							: 'button primary'}
						data-testid="secret-confirm"
						onClick={() => void make()}>
						{busy ? words.working : words.makeSecret}</button>
				</footer>
			</Modal>
		);
	return (
		<Modal title={words.secretTitle} keep onClose={onClose}>
			<p class="note-warn"><Icon name="warn" />{words.secretWarning}
			</p>
			<CopyField id="identity-secret" value={secret}
				label={words.secretOf(widget.name)} />
			<footer class="modal-foot">
				<button type="button" class="button primary"
					data-testid="secret-done" onClick={onClose}>
					{words.done}</button>
			</footer>
		</Modal>
	);
}

function Samples()
{
	const [proof, setProof] = useState<Proof>('hmac');

	return (
		<section class="wc-samples" aria-labelledby="samples-title">
			<h2 class="title" id="samples-title">{words.samples}</h2>
			<p class="page-purpose">{words.samplesHint}</p>
			<fieldset class="wc-snippets">
				<legend class="visually-hidden">{words.method}</legend>
				<div class="wc-kinds">
					{(['hmac', 'jwt'] as const).map((one) => (
						<label key={one} class="wc-kind">
							<input type="radio" name="proof" value={one}
								class="visually-hidden"
								checked={proof === one}
								data-testid={`proof-${one}`}
								onChange={() => setProof(one)} />
							{one.toUpperCase()}
						</label>))}
				</div>
				{samples(proof).map((s) => <CodeBlock key={s.language}
					file={s.label} code={s.code}
					testId={`sample-${s.language}`} />)}
				<CodeBlock file={words.samplePage} code={pageSample(proof)}
					testId="sample-page" />
			</fieldset>
		</section>
	);
}
