/* details.ts: what the page says about the visitor; the server keeps it from the
 * visitor's first message on */
/* SPDX-License-Identifier: MIT */

import { call } from '../shared/api';
import type { Details } from './bridge';

export class ContactDetails {
	/* Something of this visit was said. */
	private told = false;
	private spoken = false;

	constructor(private readonly params: { details: Details | null },
		private readonly where: () => { conversation_id: string;
			external_id: string })
	{
	}

	set(details: Details | null): void
	{
		this.params.details = details;
		this.told = false;
		if (this.spoken)
			void this.tell();
	}

	/* A message of the visitor is stored. */
	sent(): void
	{
		this.spoken = true;
		if (!this.told)
			void this.tell();
	}

	/* What is lost is told again with the next opening. */
	private async tell(): Promise<void>
	{
		const { details } = this.params;

		if (!details)
			return;
		this.told = true;
		await call('POST', '/chat-widget/details', { body: {
			...this.where(), contact_details: details,
		} }).catch(() => {
			this.told = false;
		});
	}
}
