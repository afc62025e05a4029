/* fcgi.h: requests from a web server by FastCGI */
/* SPDX-License-Identifier: MIT */
#ifndef FCGI_H
#define FCGI_H

#include "app.h"

/* Descriptor 0 is a listening socket: a web server has started us. */
bool fcgi_is_spawned(void);

/*
 * Serves until SIGTERM or SIGINT, finishes what is running, and returns the
 * exit status. SIGHUP calls on_hangup, on the main thread. Listens on descriptor 0 when a
 * web server has started us, else at the setting fcgi_socket. The socket's mode
 * is 0660 and its group that of its folder: the operator decides by the folder
 * which web server may reach it.
 */
int fcgi_serve(const struct app *app, void (*on_hangup)(void));

#endif
