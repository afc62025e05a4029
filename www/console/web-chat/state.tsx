/* state.tsx: what stands where something is loading, missing or empty */
/* SPDX-License-Identifier: MIT */
import type { ComponentChildren } from 'preact';
import { Icon, type IconName } from '../icons';
import { words as common } from '../words';
import type { Loaded } from './load';
import { webChatWords as words } from './words';

export function Note({ icon, title, text, testId, role, children }: {
	icon: IconName; title: string; text: string; testId: string;
	role?: 'alert'; children?: ComponentChildren;
})
{
	return (
		<div class="empty page-empty" role={role} data-testid={testId}>
			<span class="empty-icon" aria-hidden="true">
				<Icon name={icon} />
			</span>
			<h2 class="title">{title}</h2>
			<p>{text}</p>
			{children}
		</div>
	);
}

/* null when it is there. */
export function NotReady<T>({ loaded, onRetry, children }: {
	loaded: Loaded<T>; onRetry(): void; children?: ComponentChildren;
})
{
	if (loaded.status === 'loading')
		return <div class="empty page-empty" role="status">
			{words.loading}</div>;
	if (loaded.status !== 'failed')
		return null;
	if (loaded.code === 404)
		return <Note icon="web" title={words.missing} role="alert"
			text={words.missingHint} testId="widget-missing">
			{children}</Note>;
	return (
		<Note icon="warn" title={words.loadFailed} text={loaded.why}
			role="alert" testId="widgets-failed">
			<button type="button" class="button" onClick={onRetry}>
				{common.retry}</button>
		</Note>
	);
}
