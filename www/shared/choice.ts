/* choice.ts: what is said by choosing: without a value the label says it */
/* SPDX-License-Identifier: MIT */

import type { Choice } from './types';

export const valueOf = (choice: Choice): string => choice.value || choice.label;
