/* page.tsx: Integrations → Web Chat: the list, or one widget */
/* SPDX-License-Identifier: MIT */
import { useEffect } from 'preact/hooks';
import { useStore } from '../../shared/hooks';
import { AdminsOnly } from '../company';
import { useDesk } from '../desk';
import { NarrowLinkNote } from '../link';
import { WidgetList } from './list';
import { WidgetPage } from './widget';
import { webChatWords as words } from './words';

/* Of a page that has nothing else to be called by. */
function Title()
{
	return <h1 class="page-title" id="page-title" tabIndex={-1}>
		{words.title}</h1>;
}

export function WebChatPage()
{
	const desk = useDesk();
	const { widget } = useStore(desk.route);

	/* Gone to by a person's own act: what was there had the focus. */
	useEffect(() => {
		if (document.activeElement === document.body)
			document.getElementById('page-title')?.focus();
	}, [widget?.id]);
	return (
		<main class="page" data-testid="page-widgets">
			<NarrowLinkNote />
			<div class={widget ? 'page-inner page-wide' : 'page-inner'}>
				{!desk.isAdmin ? <>
					<Title />
					<AdminsOnly />
				</> : widget ? <WidgetPage key={widget.id} id={widget.id}
					tab={widget.tab} /> : <WidgetList />}
			</div>
		</main>
	);
}
