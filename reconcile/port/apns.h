/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The APNs port: one connection a certificate, many at once, raw evidence back. What the evidence
 * means is judged in model/verdict.c, which is pure.
 */
#ifndef APNSCTL_PORT_APNS_H
#define APNSCTL_PORT_APNS_H

#include "reconcile/port/keys.h"
#include "schema/kind/config.h"

struct apns;

struct apns_task {
	struct blob pem;     /* the certificate; empty: none is shown, only APNs is looked at */
	struct key_ref key;
	const char *topic;
	enum probe_level level;
};

/* How far a connection came; the failure, if any, happened in the step after it. */
enum apns_layer {
	APNS_NOTHING,   /* our own side failed (key, memory) */
	APNS_RESOLVED,
	APNS_CONNECTED, /* TCP */
	APNS_SECURED,   /* TLS handshake finished; says nothing about our certificate in TLS 1.3 */
	APNS_SETTINGS,  /* the server's SETTINGS came: our certificate was taken */
	APNS_RESPONSE   /* a response to our request came */
};

/* What ended it, as seen here. */
enum apns_fault {
	APNS_FAULT_NONE,
	APNS_FAULT_LOCAL,       /* key or certificate not usable on our side */
	APNS_FAULT_RESOLVE,
	APNS_FAULT_CONNECT,
	APNS_FAULT_SERVER_CERT, /* the server's certificate is not trusted or has another name */
	APNS_FAULT_TLS,         /* alert or protocol error in TLS */
	APNS_FAULT_ALPN,        /* the server does not speak h2 */
	APNS_FAULT_HTTP2,       /* no HTTP/2, or a broken one */
	APNS_FAULT_CLOSED,      /* the peer closed or reset */
	APNS_FAULT_TIMEOUT
};

struct apns_evidence {
	enum apns_layer layer;
	enum apns_fault fault;
	int alert;               /* TLS alert that the server sent; -1: none */
	bool alert_early;        /* it came before our certificate was sent: not about that */
	int sys_errno;           /* 0: none */
	bool goaway;
	uint32_t goaway_code;
	const char *goaway_reason; /* `reason` of the JSON, else NULL */
	const char *goaway_text; /* debug data as it came, NULL: none */
	bool reset;              /* RST_STREAM */
	uint32_t reset_code;
	int status;              /* HTTP status; 0: none */
	const char *reason;      /* `reason` of the body; NULL: none */
	const char *tls_version; /* "TLSv1.3"; NULL */
	const char *detail;      /* one line for people: library's text; NULL */
};

struct apns_ops {
	/*
	 * Probes all, at most the configured number at once. Fails only when nothing could be
	 * tried.
	 */
	int (*probe)(struct apns *a, const struct apns_task *task, size_t n, struct arena *mem,
		     struct apns_evidence *out, struct err *e);
	void (*close)(struct apns *a);
};

/* The first member of every adapter's apns. */
struct apns {
	const struct apns_ops *ops;
};

#endif
