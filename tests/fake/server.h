/* server.h: an HTTP server that says what a test wants, and counts */
/* SPDX-License-Identifier: MIT */
#ifndef FAKE_SERVER_H
#define FAKE_SERVER_H

#include "base/str.h"

/* Listens at every address of this machine, at a port of its own. */
bool fake_server_start(void);
void fake_server_stop(void);
unsigned fake_server_port(void);

/*
 * What each connection gets once its request is in, byte for byte, until the
 * next call; silent: it is not closed then. The text must live until
 * fake_server_settle.
 */
void fake_server_answer(struct str text, bool is_silent);
/* Waits until every connection so far was served; how many there were. */
unsigned fake_server_settle(void);
/* The last request; after its answer. */
struct str fake_server_request(void);

#endif
