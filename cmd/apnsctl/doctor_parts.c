/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "cmd/apnsctl/doctor.h"
#include "reconcile/model/verdict.h"
#include "reconcile/run/last.h"
#include "schema/base/text.h"

enum { SIGNER_SOON_DAYS = 30 };

static void failed(struct doctor *d, const char *name, const struct err *e)
{
	doctor_note(d, name, HEALTH_Failed, NULL, "%s", e->text);
}

static bool open_part(struct doctor *d, const char *name, enum ports_part part)
{
	struct err e = { 0 };

	if (!ports_open_part(&d->config, part, &d->opened, &e))
		return true;
	failed(d, name, &e);
	return false;
}

void doctor_check_source(struct doctor *d)
{
	const struct config_source *s = d->config.c->source;
	struct err e = { 0 };

	if (!open_part(d, "source", PORTS_SOURCE))
		return;
	struct source *source = d->opened.ports.source;
	if (source->ops->fetch(source, d->tip, &e)) {
		*d->tip = 0;
		failed(d, "source", &e);
		return;
	}
	doctor_note(d, "source", HEALTH_Ok, NULL, "%s of %s is at %.12s", s->branch.s, s->url.s,
		    d->tip);
}

void doctor_check_status(struct doctor *d)
{
	const struct config_status *t = d->config.c->status;
	const char *url = t->url.s ? t->url.s : d->config.c->source->url.s;
	char tip[OID_TEXT];
	struct err e = { 0 };

	if (!open_part(d, "status branch", PORTS_PUBLISH))
		return;
	struct publish *p = d->opened.ports.publish;
	if (p->ops->fetch(p, tip, &e))
		failed(d, "status branch", &e);
	else if (*tip)
		doctor_note(d, "status branch", HEALTH_Ok, NULL, "%s of %s is at %.12s",
			    t->branch.s, url, tip);
	else
		doctor_note(d, "status branch", HEALTH_Ok, NULL,
			    "%s of %s is not there yet; the first run makes it", t->branch.s, url);
}

/* Only opened: `store verify` reads all of it. */
void doctor_check_store(struct doctor *d)
{
	struct opened *o = &d->opened;
	struct err e = { 0 };

	if (ports_open_part(&d->config, PORTS_STORE, o, &e)) {
		failed(d, "store", &e);
		return;
	}
	if (ports_need_store(o, &e)) {
		doctor_note(d, "store", HEALTH_Warning, NULL, "%s", e.text);
		return;
	}
	doctor_note(d, "store", HEALTH_Ok, NULL, "%s", o->store_path);
	if (!open_part(d, "unlock key", PORTS_KEYS))
		return;
	if (o->is_sealed)
		doctor_note(d, "unlock key", HEALTH_Failed, NULL, "%s", o->sealed_reason);
	else
		doctor_note(d, "unlock key", HEALTH_Ok, NULL,
			    "it was read; apnsctl store verify opens "
			    "every key with it");
}

struct applied {
	struct doctor *d;
	const char *commit;
};

static int read_applied(struct store_txn *t, void *arg, struct err *e)
{
	struct applied *a = arg;

	return last_run_commit(t, &a->d->mem, &a->commit, e);
}

/* As a run judges it before it follows the branch. */
void doctor_check_history(struct doctor *d)
{
	struct source *source = d->opened.ports.source;
	struct applied a = { .d = d };
	struct err e = { 0 };

	if (!*d->tip || !d->opened.ports.store)
		return;
	if (store_read(d->opened.ports.store, read_applied, &a, &e)) {
		failed(d, "history", &e);
		return;
	}
	if (!a.commit || text_eq(a.commit, d->tip))
		return;
	int descends = source->ops->descends(source, d->tip, a.commit, &e);
	if (descends < 0)
		failed(d, "history", &e);
	else if (!descends)
		doctor_note(d, "history", HEALTH_Failed,
			    "check source.url and source.branch; a history that was rewritten on "
			    "purpose is accepted with reconcile --accept-history",
			    "%.12s does not descend from the last applied commit %.12s", d->tip,
			    a.commit);
}

static void check_signer(struct doctor *d)
{
	struct x509 *x = d->opened.ports.x509;
	struct signer_facts f = { 0 };
	char t[TIME_TEXT];

	x->ops->signer(x, &d->mem, &f);
	if (f.problem)
		doctor_note(d, "request signer", HEALTH_Failed, NULL, "%s", f.problem);
	else if (!f.present)
		doctor_note(
		    d, "request signer", HEALTH_Warning,
		    "set requestSigner to the MDM vendor certificate",
		    "none is configured: requests are published unsigned, and somebody has to "
		    "have each one signed");
	else
		doctor_note(d, "request signer",
			    f.not_after > d->now + SIGNER_SOON_DAYS * DAY_S ? HEALTH_Ok
			    : f.not_after > d->now                          ? HEALTH_Warning
									    : HEALTH_Failed,
			    f.not_after > d->now + SIGNER_SOON_DAYS * DAY_S
				? NULL
				: "renew the MDM vendor certificate at developer.apple.com",
			    "%s is good until %s", f.common_name ? f.common_name : "it",
			    time_format_date(f.not_after, t));
}

void doctor_check_certificates(struct doctor *d)
{
	const struct config_apple *a = d->config.c->apple;

	if (!open_part(d, "certificates", PORTS_X509))
		return;
	if (a && a->ca_file.s)
		doctor_note(d, "Apple's authorities", HEALTH_Ok, NULL, "%s%s%s", a->ca_file.s,
			    a->crl_file.s ? ", revocations from " : "",
			    a->crl_file.s ? a->crl_file.s : "");
	else
		doctor_note(
		    d, "Apple's authorities", HEALTH_Warning,
		    "set apple.caFile to Apple's root and intermediates",
		    "none are configured: of a returned certificate only the issuer's name is "
		    "compared");
	check_signer(d);
}

/* Without a certificate: APNs answers with its settings before it asks who we are. */
void doctor_check_apns(struct doctor *d)
{
	const struct config_apns *a = d->config.c->apns;
	struct apns_task task = { .level = PROBE_Settings };
	struct apns_evidence ev = { .alert = -1 };
	struct verdict v;
	struct err e = { 0 };

	if (!open_part(d, "APNs", PORTS_APNS))
		return;
	if (d->opened.ports.apns->ops->probe(d->opened.ports.apns, &task, 1, &d->mem, &ev, &e)) {
		failed(d, "APNs", &e);
		return;
	}
	verdict_judge(&ev, task.level, &d->mem, &v);
	if (ev.layer >= APNS_SECURED)
		doctor_note(d, "APNs", HEALTH_Ok, NULL, "%s:%lld answers with %s", a->host.s,
			    (long long)a->port.v, ev.tls_version ? ev.tls_version : "TLS");
	else
		doctor_note(d, "APNs", HEALTH_Failed, NULL, "%s:%lld: %s", a->host.s,
			    (long long)a->port.v, v.detail);
}
