/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One customer with one push certificate, acme/push, as plain facts that a test changes one by one.
 * It begins as new: nothing at Apple, no key, no certificate, no server.
 */
#ifndef APNSCTL_TESTS_CUSTOMER_H
#define APNSCTL_TESTS_CUSTOMER_H

#include <stdio.h>

#include "reconcile/model/view.h"
#include "schema/base/clock.h"
#include "schema/base/text.h"

#define UUID "11111111-2222-3333-4444-555555555555"
#define TOPIC "com.apple.mgmt.External." UUID
#define OTHER "com.apple.mgmt.External.99999999-2222-3333-4444-555555555555"

enum { NOW = 1795478400 /* 2026-11-24 */, MANY = 3 };

struct customer {
	struct arena mem;
	struct env env;
	struct want_tenant tenant;
	struct want_cert want;
	struct want_server wanted_server[MANY];
	struct cert_facts git;
	struct actual_cert actual;
	struct actual_key key[MANY];
	struct actual_request request[MANY];
	struct actual_pair pair[MANY];
	struct actual_server server[MANY];
	struct cert_view view;
};

static inline void customer_begin(struct customer *c)
{
	*c = (struct customer){ 0 };
	c->env = (struct env){ .now = NOW,
			       .has_signer = true,
			       .signer_not_after = NOW + 300 * DAY_S,
			       .probe_interval = DAY_S,
			       .probe_retry = 900 };
	c->tenant = (struct want_tenant){ .name = "acme",
					  .display_name = "Acme Ltd.",
					  .bands = BANDS_DEFAULT,
					  .from = { "tenants/acme/tenant.yaml", { .line = 1 } } };
	c->want = (struct want_cert){ .ref = { KIND_PushCertificate, "acme", "push" },
				      .display_name = "Acme Ltd.",
				      .topic_at = { "tenants/acme/push.yaml", { .line = 6 } },
				      .account = { .address = "apple@acme.example" },
				      .key_held_by = KEY_HELD_Controller,
				      .bands = BANDS_DEFAULT,
				      .file = "tenants/acme/push.pem",
				      .server = c->wanted_server,
				      .from = { "tenants/acme/push.yaml", { .line = 1 } } };
	c->actual = (struct actual_cert){
		.uid = "uid", .name = "push", .key = c->key, .pair = c->pair, .server = c->server
	};
}

static inline struct actual_key *has_key(struct customer *c, const char *spki, enum key_state state)
{
	struct actual_key *k = &c->key[c->actual.n_key++];

	*k = (struct actual_key){ .spki = spki, .state = state };
	return k;
}

/* A request that waits for its answer, with a key of its own. */
static inline void has_open_request(struct customer *c, const char *spki, const char *file)
{
	struct actual_request *r = &c->request[c->actual.n_key];

	*r = (struct actual_request){ .state = REQUEST_Open,
				      .file = file,
				      .is_signed = text_ends(file, ".plist"),
				      .requested_at = NOW - DAY_S,
				      .signer_not_after = NOW + 300 * DAY_S };
	has_key(c, spki, KEY_Pending)->request = r;
}

/* A pair that ends in so many days, with a key that is held and APNs' approval. */
static inline struct actual_pair *has_pair(struct customer *c, const char *sha,
					   enum pair_phase phase, int days_left)
{
	struct actual_pair *p = &c->pair[c->actual.n_pair++];

	*p = (struct actual_pair){
		.sha256 = sha,
		.spki = "spki-of-pair",
		.phase = phase,
		.topic = TOPIC,
		.serial = "0A",
		.row = "APSP:" UUID,
		.not_before = NOW + (days_left - 365) * DAY_S,
		.not_after = NOW + days_left * DAY_S,
		.returned_at = NOW - DAY_S,
		.active_at = NOW - DAY_S,
		.probe = { .result = APNS_Accepted, .alert = -1, .probed_at = NOW, .since = NOW },
	};
	if (!actual_key(&c->actual, p->spki)) {
		struct actual_request *r = &c->request[c->actual.n_key];
		*r = (struct actual_request){ .state = REQUEST_Answered };
		has_key(c, p->spki, phase == PAIR_Active ? KEY_Active : KEY_Pending)->request = r;
	}
	return p;
}

/* The usual state of a customer: pinned by the store, a pair in force, the same one in Git. */
static inline struct actual_pair *is_active(struct customer *c, int days_left)
{
	c->actual.topic = TOPIC;
	c->actual.pinned_by = PIN_Accepted;
	return has_pair(c, "sha-active", PAIR_Active, days_left);
}

/* A certificate that stands in Git, with a whole year and a key that nobody holds. */
static inline struct cert_facts *in_git(struct customer *c, const char *sha, const char *spki)
{
	c->git = (struct cert_facts){ .topic = TOPIC,
				      .serial = "0B",
				      .issuer = "Apple",
				      .not_before = NOW - 3600,
				      .not_after = NOW + 365 * DAY_S,
				      .is_rsa = true,
				      .has_632 = true,
				      .client_auth = true,
				      .digital_signature = true };
	snprintf(c->git.sha256, sizeof(c->git.sha256), "%s", sha);
	snprintf(c->git.spki_sha256, sizeof(c->git.spki_sha256), "%s", spki);
	c->want.in_git = &c->git;
	return &c->git;
}

static inline struct actual_server *has_server(struct customer *c, const char *name)
{
	struct actual_server *s = &c->server[c->actual.n_server++];

	c->wanted_server[c->want.n_server++].name = name;
	*s = (struct actual_server){ .name = name,
				     .seen = { .not_after = TIME_UNKNOWN, .can_read = true },
				     .observed_at = NOW };
	return s;
}

static inline struct cert_view *look(struct customer *c)
{
	cert_view_build(&c->tenant, &c->want, &c->actual, &c->env, &c->mem, &c->view);
	return &c->view;
}

#endif
