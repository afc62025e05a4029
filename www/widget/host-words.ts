/* host-words.ts: what host code says, where the server could not be asked for
 * the visitor's language */
/* SPDX-License-Identifier: MIT */

import { default_title, frame_title, launcher_unread, peek_close }
	from '../locales/en.json';
import type { Seat } from './seat';

const english = { default_title, frame_title, launcher_unread, peek_close };

export function wordsOf({ config }: Seat): typeof english
{
	return { ...english, ...config.words };
}
