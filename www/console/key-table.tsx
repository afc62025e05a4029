/* key-table.tsx: keys as a table, on narrow screens as cards. The roles are
 * written out: a table that is laid out otherwise is none to screen readers. */
/* SPDX-License-Identifier: MIT */
import type { ComponentChildren } from 'preact';
import { dayLabel, fullTime } from '../shared/time';
import { companyWords as words } from './company-words';
import { type ApiKey, standing } from './key-list';

interface KeyTableProps {
	keys: readonly ApiKey[];
	now: number;
	label: string;
	/* absent: they have ended */
	onRevoke?(key: ApiKey): void;
}

export function KeyTable({ keys, now, label, onRevoke }: KeyTableProps)
{
	const names = [words.name, words.access, words.created, words.lastUsed,
		onRevoke ? words.expires : words.ended];

	return (
		<table class={`keys-table${onRevoke ? '' : ' keys-gone'}`} role="table"
			aria-label={label}>
			<thead role="rowgroup">
				<tr role="row">
					{names.map((name) => <th key={name} scope="col"
						role="columnheader">{name}</th>)}
					{onRevoke && <th role="columnheader" scope="col">
						<span class="visually-hidden">{words.revoke}</span>
					</th>}
				</tr>
			</thead>
			<tbody role="rowgroup">
				{keys.map((key) => <Row key={key.id} of={key} now={now}
					{...(onRevoke && { onRevoke })} />)}
			</tbody>
		</table>
	);
}

function Row({ of: key, now, onRevoke }: {
	of: ApiKey; now: number; onRevoke?(key: ApiKey): void;
})
{
	const how = standing(key, now);

	return (
		<tr role="row" data-testid="key-row" data-id={key.id}>
			<td role="cell" class="key-who">
				<span class="key-name" dir="auto">{key.name}</span>
				<code class="code" dir="ltr">{key.masked}</code>
			</td>
			<Cell label={words.access}>
				<span class="tag">{key.scopes.includes('write')
					? words.canWrite : words.canRead}</span>
			</Cell>
			<Cell label={words.created}>
				<When at={key.created_at} />
				<span class="cell-more" dir="auto">{key.created_by === null
					? words.byServer : words.by(key.created_by)}</span>
			</Cell>
			<Cell label={words.lastUsed}><When at={key.last_used_at} /></Cell>
			{how === 'valid'
				? <Cell label={words.expires}>
					<When at={key.expires_at} />
				</Cell>
				: <Cell label={words.standing[how]}>
					<When at={key.revoked_at ?? key.expires_at} />
					<span class="cell-more only-wide">
						{words.standing[how]}</span>
				</Cell>}
			{onRevoke && <td role="cell" class="key-act">
				<button type="button" class="button small danger"
					data-testid="key-revoke"
					aria-label={words.revokeNamed(key.name)}
					onClick={() => onRevoke(key)}>{words.revoke}</button>
			</td>}
		</tr>
	);
}

function Cell({ label, children }:
	{ label: string; children: ComponentChildren })
{
	return (
		<td role="cell">
			<span class="cell-label" aria-hidden="true">{label}</span>
			<span class="cell-value">{children}</span>
		</td>
	);
}

function When({ at }: { at: string | null })
{
	return at === null ? <span class="cell-never">{words.never}</span>
		: <time dateTime={at} title={fullTime(at)}>{dayLabel(at)}</time>;
}
