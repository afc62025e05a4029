/* cgi.h: one request of a web server that starts a process for each */
/* SPDX-License-Identifier: MIT */
#ifndef CGI_H
#define CGI_H

#include "app.h"

/* Started as a CGI program (RFC 3875): argv holds what a stranger asked. */
bool cgi_is_called(void);
/* Answers the request in the environment; returns the exit status. */
int cgi_serve(const struct app *app);

#endif
