/* bounds.h: the settings that bound what clients may use, as each module wants
 * them */
/* SPDX-License-Identifier: MIT */
#ifndef BOUNDS_H
#define BOUNDS_H

struct address_limits;
struct eio_conf;
struct settings;
struct transport_conf;

/* Each fills its rows and leaves the others; may be called again when the
 * settings have changed. */
void bounds_protocol(const struct settings *s, struct eio_conf *conf);
void bounds_transport(const struct settings *s, struct transport_conf *conf);
void bounds_address(const struct settings *s, struct address_limits *limits);

#endif
