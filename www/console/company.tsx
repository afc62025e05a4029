/* company.tsx: the frame of the pages about the company, for administrators */
/* SPDX-License-Identifier: MIT */
import { useEffect, useRef } from 'preact/hooks';
import { companyWords as words } from './company-words';
import { useDesk } from './desk';
import { Icon } from './icons';
import { KeysPage } from './keys-page';
import { NarrowLinkNote } from './link';
import { go, HOME } from './navigate';
import type { Page } from './route';

export function CompanyPage({ page }: { page: Exclude<Page, 'inbox' | 'widgets'> })
{
	const desk = useDesk();
	const title = useRef<HTMLHeadingElement>(null);

	/* Gone to by a person's own act: what was there had the focus. */
	useEffect(() => {
		if (document.activeElement === document.body)
			title.current!.focus();
	}, []);
	return (
		<main class="page" data-testid={`page-${page}`}>
			<NarrowLinkNote />
			<div class="page-inner">
				<header class="page-head">
					<h1 class="page-title" id="page-title" tabIndex={-1}
						ref={title}>{words.company}</h1>
					<p class="page-purpose">{words.purpose}</p>
				</header>
				{desk.isAdmin ? <KeysPage /> : <AdminsOnly />}
			</div>
		</main>
	);
}

export function AdminsOnly()
{
	const desk = useDesk();

	return (
		<div class="empty page-empty" data-testid="admins-only">
			<span class="empty-icon" aria-hidden="true">
				<Icon name="hand" />
			</span>
			<h2 class="title">{words.adminsOnly}</h2>
			<p>{words.adminsOnlyHint}</p>
			<button type="button" class="button"
				onClick={() => go(desk, HOME)}>{words.toInbox}</button>
		</div>
	);
}
