/* transport_loop.h: what transport.c starts and ends beside its own loop */
/* SPDX-License-Identifier: MIT */
#ifndef TRANSPORT_LOOP_H
#define TRANSPORT_LOOP_H

#include <uv.h>

#include "transport.h"

struct address;

/* transport_lws.c */
/* The context; what fails is undone by transport_lws_close. */
MUST_CHECK enum err_code transport_lws_open(
    uv_loop_t *loop, const struct transport_conf *conf, struct err *err);
/* Needs the loop: libwebsockets goes in two steps. */
void transport_lws_close(uv_loop_t *loop);
/* Connections at present. */
size_t transport_lws_count(void);
/* Takes over an accepted socket, and the address that it counts for. */
void transport_lws_adopt(int fd, struct address *address);
/* Nothing is still on its way to a client. */
bool transport_lws_is_drained(void);
/* From the loop: whether it polls just now, or runs what was left over. */
void transport_lws_set_polling(bool yes);

/* transport_listen.c */
MUST_CHECK enum err_code transport_listen_open(
    uv_loop_t *loop, const struct transport_conf *conf, struct err *err);
/* Nobody is accepted any more; harmless the second time. */
void transport_listen_close(void);

/* transport_bell.c: signals, the doorbell and transport_wake. */
void transport_bell_start(uv_loop_t *loop);
MUST_CHECK enum err_code transport_bell_open(
    uv_loop_t *loop, const char *path, struct err *err);
/* The handles close with the loop, then transport_bell_end. */
void transport_bell_close(void);
void transport_bell_end(void);

/* transport_watch.c */
void transport_watch_start(void);

#endif
