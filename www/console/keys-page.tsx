/* keys-page.tsx: Company → API keys: the list, and what is done from it */
/* SPDX-License-Identifier: MIT */
import { useEffect, useState } from 'preact/hooks';
import { companyWords as words } from './company-words';
import { words as common } from './words';
import { get, sentence, statusOf } from './http';
import { Icon } from './icons';
import { CreateKey, RevokeKey } from './key-dialogs';
import { type ApiKey, parted, withKey } from './key-list';
import { KeyTable } from './key-table';

type Loaded = { status: 'loading' } | { status: 'failed'; why: string } |
	{ status: 'ready'; keys: readonly ApiKey[] };
type Open = { what: 'create' } | { what: 'revoke'; key: ApiKey } | null;

export function KeysPage()
{
	const [loaded, setLoaded] = useState<Loaded>({ status: 'loading' });
	const [open, setOpen] = useState<Open>(null);
	const load = async (signal?: AbortSignal) => {
		setLoaded({ status: 'loading' });
		try {
			setLoaded({ status: 'ready',
				keys: await get<ApiKey[]>('/api/keys', signal) });
		} catch (error) {
			if (!signal?.aborted && statusOf(error) !== 401)
				setLoaded({ status: 'failed', why: sentence(error) });
		}
	};
	const put = (key: ApiKey) => setLoaded((now) => now.status !== 'ready'
		? now : { status: 'ready', keys: withKey(now.keys, key) });

	useEffect(() => {
		const gone = new AbortController();

		void load(gone.signal);
		return () => gone.abort();
	}, []);
	return (
		<section class="page-part" aria-labelledby="keys-title">
			<header class="part-head">
				<div>
					<h2 class="title" id="keys-title" tabIndex={-1}>
						{words.keys}</h2>
					<p class="page-purpose">{words.keysPurpose}</p>
				</div>
				{loaded.status === 'ready' && loaded.keys.length > 0 &&
					<CreateButton onClick={() =>
						setOpen({ what: 'create' })} />}
			</header>
			{loaded.status === 'ready' && loaded.keys.length > 0 &&
				<WhereTo />}
			<Content loaded={loaded} onRetry={() => void load()}
				onOpen={setOpen} />
			{open?.what === 'create' && <CreateKey onMade={put}
				onClose={() => setOpen(null)} />}
			{open?.what === 'revoke' && <RevokeKey key={open.key.id}
				of={open.key} onRevoked={put}
				onClose={() => setOpen(null)} />}
		</section>
	);
}

function CreateButton({ onClick }: { onClick(): void })
{
	return (
		<button type="button" class="button primary"
			data-testid="key-create" onClick={onClick}>
			<Icon name="plus" />{words.create}
		</button>
	);
}

/* What a program needs besides the key. */
function WhereTo()
{
	return (
		<p class="where-to">
			{words.baseUrl}{' '}
			<code class="code" dir="ltr">
				{`${location.origin}/api/dev/v1`}</code>
			<a href="/api/dev/v1/openapi.json" target="_blank"
				rel="noopener">{words.openapi}</a>
		</p>
	);
}

function Content({ loaded, onRetry, onOpen }: {
	loaded: Loaded; onRetry(): void; onOpen(open: Open): void;
})
{
	if (loaded.status === 'loading')
		return <div class="empty page-empty" role="status">
			{words.loading}</div>;
	if (loaded.status === 'failed')
		return (
			<div class="empty page-empty" role="alert"
				data-testid="keys-failed">
				<span class="empty-icon" aria-hidden="true">
					<Icon name="warn" />
				</span>
				<h3 class="title">{words.loadFailed}</h3>
				<p>{loaded.why}</p>
				<button type="button" class="button" onClick={onRetry}>
					{common.retry}</button>
			</div>
		);
	if (loaded.keys.length === 0)
		return (
			<div class="empty page-empty" data-testid="keys-empty">
				<span class="empty-icon" aria-hidden="true">
					<Icon name="key" />
				</span>
				<h3 class="title">{words.noKeys}</h3>
				<p>{words.noKeysHint}</p>
				<CreateButton onClick={() => onOpen({ what: 'create' })} />
			</div>
		);
	const now = Date.now();
	const { valid, ended } = parted(loaded.keys, now);

	return <>
		{valid.length > 0
			? <KeyTable keys={valid} now={now} label={words.keys}
				onRevoke={(key) => onOpen({ what: 'revoke', key })} />
			: <p class="none-valid">{words.noKeys}.</p>}
		{ended.length > 0 && <details class="ended-keys">
			<summary data-testid="keys-ended">
				{words.endedKeys(ended.length)}</summary>
			<KeyTable keys={ended} now={now}
				label={words.endedKeys(ended.length)} />
		</details>}
	</>;
}
