/* wire.h: connections without sockets, and conversations over them */
/* SPDX-License-Identifier: MIT */
#ifndef FAKE_WIRE_H
#define FAKE_WIRE_H

#include "base/str.h"

/*
 * A conversation is text, one step per line, NAME being one letter:
 *
 *	GET a EIO=4&transport=polling	a request with this query
 *	POST a QUERY BODY		with its whole body
 *	OPTIONS a QUERY, PUT a QUERY	and so on
 *	LARGE a QUERY			a POST whose body is too large
 *	WS a QUERY			an Upgrade
 *	ORIGIN text			the Origin header of what follows
 *	ADDRESS 192.0.2.1		the client's address of what follows
 *	TEXT a DATA, BIN a DATA		a message of the client
 *	GONE a				the client went away
 *	DEAD a				the same, but only wire_is_gone tells
 *	BUSY a, FREE a			the socket takes nothing; takes again
 *	WAIT 25000			milliseconds pass
 *	STOP				the daemon ends
 *	# comment
 *	< a EXPECTED			what a has got since the last such line
 *
 * EXPECTED is a list divided by blanks: "200:BODY" and so on for answers,
 * "held", "text:DATA", "bin:DATA", "close:CODE", "reset", "refused:BODY";
 * "-" for nothing. In both directions $1 stands for the first session id that
 * was given, $2 for the second..., a public id is written ID, '|' stands for
 * the record separator and '_' for a blank.
 */

/* What is to be said instead of wires: the program's own log, name 'A'. */
void fake_app_say(const char *fmt, ...) PRINTF(1, 2);

/* Runs one conversation; false with the line and the difference printed. */
bool fake_talk(const char *name, const char *text);

#endif
