/* key-dialogs.tsx: making a key, showing it once, and revoking it */
/* SPDX-License-Identifier: MIT */
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { companyWords as words } from './company-words';
import { useDesk } from './desk';
import { del, post, sentence, statusOf } from './http';
import { Icon } from './icons';
import { type ApiKey, DAYS, nameFault, type NewKey, type Scope, withoutSecret,
} from './key-list';
import { Modal } from './modal';
import { words as common } from './words';

/* One dialog for both steps: the focus goes back to where it came from. */
export function CreateKey({ onMade, onClose }:
	{ onMade(key: ApiKey): void; onClose(): void })
{
	const [made, setMade] = useState<NewKey | null>(null);
	const [busy, setBusy] = useState(false);
	const close = () => {
		/* What is under way would show a key to nobody. */
		if (busy)
			return;
		if (made !== null)
			onMade(withoutSecret(made));
		onClose();
		/* The first key takes the place of the button that made it. */
		requestAnimationFrame(() => {
			if (document.activeElement === document.body)
				document.getElementById('keys-title')?.focus();
		});
	};

	return (
		<Modal title={made ? words.secretTitle : words.createTitle}
			onClose={close} keep={made !== null}>
			{made ? <Secret of={made} onDone={close} />
				: <CreateForm busy={busy} onBusy={setBusy} onMade={setMade}
					onCancel={close} />}
		</Modal>
	);
}

interface CreateFormProps {
	busy: boolean;
	onBusy(busy: boolean): void;
	onMade(key: NewKey): void;
	onCancel(): void;
}

function CreateForm({ busy, onBusy, onMade, onCancel }: CreateFormProps)
{
	const [name, setName] = useState('');
	const [touched, setTouched] = useState(false);
	const [scope, setScope] = useState<Scope>('read');
	const [days, setDays] = useState<number>(0);
	const [error, setError] = useState('');
	const field = useRef<HTMLInputElement>(null);
	const fault = touched ? nameFault(name) : null;
	const submit = async () => {
		setTouched(true);
		setError('');
		if (nameFault(name) !== null)
			return field.current!.focus();
		onBusy(true);
		try {
			onMade(await post<NewKey>('/api/keys', { name: name.trim(),
				scope, ...(days > 0 && { days }) }));
		} catch (problem) {
			setError(sentence(problem));
		}
		onBusy(false);
	};

	return (
		<form noValidate onSubmit={(event) => {
			event.preventDefault();
			if (!busy)
				void submit();
		}}>
			<p class="form-error" role="alert">{error}</p>
			<label class="label" for="key-name">{words.name}</label>
			<input class="field" id="key-name" data-testid="key-name"
				ref={field} autofocus autocomplete="off" maxLength={200}
				required value={name} aria-invalid={fault !== null}
				aria-describedby="key-name-hint"
				onInput={(event) => setName(event.currentTarget.value)}
				onBlur={() => setTouched(touched || name !== '')} />
			<p class={fault ? 'hint field-error' : 'hint'}
				id="key-name-hint" aria-live="polite">
				{fault ? words.nameFault[fault] : words.nameHint}</p>
			<fieldset class="choices">
				<legend class="label">{words.access}</legend>
				<Choice value="read" label={words.canRead}
					hint={words.readHint} now={scope} onChoose={setScope} />
				<Choice value="write" label={words.canWrite}
					hint={words.writeHint} now={scope}
					onChoose={setScope} />
			</fieldset>
			<label class="label" for="key-days">{words.expiry}</label>
			<select class="field" id="key-days" data-testid="key-days"
				value={String(days)} aria-describedby="key-days-hint"
				onChange={(event) =>
					setDays(Number(event.currentTarget.value))}>
				{DAYS.map((n) => <option key={n} value={String(n)}>
					{words.days(n)}</option>)}
			</select>
			<p class="hint" id="key-days-hint">{words.expiryHint}</p>
			<footer class="modal-foot">
				<button type="button" class="button" onClick={onCancel}
					disabled={busy}>{common.cancel}</button>
				<button type="submit" class="button primary"
					disabled={busy} data-testid="key-submit">
					{busy ? words.creating : words.create}</button>
			</footer>
		</form>
	);
}

function Choice({ value, label, hint, now, onChoose }: {
	value: Scope; label: string; hint: string; now: Scope;
	onChoose(scope: Scope): void;
})
{
	return (
		<label class="choice">
			<input type="radio" name="scope" value={value}
				checked={now === value} data-testid={`key-scope-${value}`}
				onChange={() => onChoose(value)} />
			<span>
				{label}
				<span class="hint">{hint}</span>
			</span>
		</label>
	);
}

/* Without HTTPS browsers have no clipboard for pages; the old way is left. */
async function copyFrom(field: HTMLInputElement): Promise<boolean>
{
	field.select();
	try {
		await navigator.clipboard.writeText(field.value);
		return true;
	} catch {
		return document.execCommand('copy');
	}
}

function Secret({ of: key, onDone }: { of: NewKey; onDone(): void })
{
	const field = useRef<HTMLInputElement>(null);
	const button = useRef<HTMLButtonElement>(null);
	const [copied, setCopied] = useState<boolean | null>(null);

	useLayoutEffect(() => button.current!.focus(), []);
	return <>
		<p class="note-warn"><Icon name="warn" />{words.secretWarning}</p>
		<label class="label" for="key-secret">{words.secretOf(key.name)}
		</label>
		<div class="copy-row">
			<input class="field code" id="key-secret" readOnly dir="ltr"
				data-testid="key-secret" value={key.secret} ref={field}
				spellcheck={false} onFocus={(event) =>
					event.currentTarget.select()} />
			<button type="button" class="button" ref={button}
				data-testid="key-copy" onClick={() =>
					void copyFrom(field.current!).then(setCopied)}>
				{copied && <Icon name="check" />}
				{copied ? words.copied : words.copy}
			</button>
		</div>
		<p class="hint" role="status">
			{copied === false && words.copyFailed}
			{copied && <span class="visually-hidden">{words.copied}</span>}
		</p>
		<footer class="modal-foot">
			<button type="button" class="button primary"
				data-testid="key-done" onClick={onDone}>{words.done}
			</button>
		</footer>
	</>;
}

export function RevokeKey({ of: key, onRevoked, onClose }: {
	of: ApiKey; onRevoked(key: ApiKey): void; onClose(): void;
})
{
	const desk = useDesk();
	const [busy, setBusy] = useState(false);
	const [error, setError] = useState('');
	const revoke = async () => {
		setBusy(true);
		setError('');
		try {
			await del(`/api/keys/${key.id}`);
		} catch (problem) {
			/* Somebody else was faster: it is what was wanted. */
			if (statusOf(problem) !== 404) {
				setBusy(false);
				return setError(sentence(problem));
			}
		}
		onRevoked({ ...key, revoked_at: new Date().toISOString() });
		desk.toast(words.revoked(key.name));
		onClose();
		/* The button that opened the dialog has gone with its row. */
		requestAnimationFrame(() =>
			document.getElementById('keys-title')?.focus());
	};

	return (
		<Modal title={words.revokeTitle(key.name)} hint={words.revokeHint}
			onClose={() => busy || onClose()}>
			<p class="form-error" role="alert">{error}</p>
			<p class="revoke-which">
				<code class="code" dir="ltr">{key.masked}</code>
			</p>
			<footer class="modal-foot">
				<button type="button" class="button" disabled={busy}
					autofocus onClick={onClose}>{common.cancel}</button>
				<button type="button" class="button danger-fill"
					disabled={busy} data-testid="key-revoke-confirm"
					onClick={() => void revoke()}>
					{busy ? words.revoking : words.revoke}</button>
			</footer>
		</Modal>
	);
}
