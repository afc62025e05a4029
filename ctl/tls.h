/* tls.h: TLS to a program of our own on this machine */
/* SPDX-License-Identifier: MIT */
#ifndef TLS_H
#define TLS_H

#include <stddef.h>
#include <sys/types.h>

/* Not verified whose certificate it is: it is made for the name that the
 * world knows, and what is asked here is no secret. */
struct tls;

/* NULL when no TLS is spoken there. fd stays the caller's. */
struct tls *tls_open(int fd);
/* As send and recv. */
ssize_t tls_send(struct tls *tls, const void *p, size_t n);
ssize_t tls_recv(struct tls *tls, void *p, size_t n);
/* Sets *tls NULL, accepts NULL. */
void tls_close(struct tls **tls);

#endif
