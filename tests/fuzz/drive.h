/* drive.h: bytes of a fuzzer as the doings of several clients */
/* SPDX-License-Identifier: MIT */
#ifndef FUZZ_DRIVE_H
#define FUZZ_DRIVE_H

#include "base/str.h"

/*
 * One step per line. The first byte says what happens, the second (modulo 8)
 * to which of eight connections, the rest is data; a new request on one that
 * is in use means that its client has left it before.
 *
 *	GaQUERY		a GET; Oa, Ua: OPTIONS, another method
 *	PaQUERY BODY	a POST with its body; Qa: too large; Ra: only its head
 *	DaBODY		the body of that
 *	WaQUERY		an Upgrade
 *	TaDATA, BaDATA	a text or binary message; text that is not UTF-8 ends
 *			the connection, as in the transport
 *	Xa, Na		the client has left; only wire_is_gone knows it
 *	La, Fa		the socket takes nothing; takes again
 *	~MS		milliseconds pass
 *	@ORIGIN		the Origin header of what follows
 *	!		the daemon ends
 *
 * In data $1 to $9 stand for the session ids that were given, '|' for the
 * record separator and 0x1f for a line end.
 */
void drive(const uint8_t *data, size_t n);
/* No connection is left open: after eio_fini or sio_fini. */
void drive_end(void);

/*
 * Every packet that goes to a client. `follows` counts the attachments that
 * are still to come; NULL where packets before it went another way.
 */
extern void (*drive_on_packet)(
    struct str data, bool is_binary, unsigned *follows);

/* Not assert: this is what the fuzzer looks for, under any flags. */
#define MUST(cond)                                                             \
	do {                                                                   \
		if (!(cond)) {                                                 \
			fprintf(                                               \
			    stderr, "%s:%d: %s\n", __FILE__, __LINE__, #cond); \
			abort();                                               \
		}                                                              \
	} while (0)

/* libFuzzer's entry; the headers of clang do not declare it. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

#endif
