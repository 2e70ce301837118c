/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reconcile/adapter/file/file.h"
#include "reconcile/adapter/git/repo.h"
#include "reconcile/adapter/git/wire.h"
#include "schema/base/secret.h"
#include "schema/base/text.h"

/* The list of refs comes before we know what we want of it, and stays in memory. */
enum { REFS_MAX = 16 << 20, TOLD_MAX = 8192 };

/* One connection, from git_remote_connect to git_remote_disconnect. */
struct session {
	struct git_peer *peer;
	struct wire wire;
	git_remote *remote;
	git_remote_callbacks callbacks;
	git_proxy_options proxy;
	unsigned asked;          /* how often the server wanted to know who we are */
	const git_oid *expected; /* push: where the branch has to be; NULL: nowhere */
	bool moved;              /* push: it was not there */
	struct buf refusal;      /* push: the server's answer for our branch; empty: accepted */
	struct buf told;         /* push: what hooks of the server wrote */
};

static void copy_options(const struct git_remote_options *o, struct git_peer *p)
{
	const struct git_credential_options *c = o->credential;
	struct arena *m = &p->mem;

	p->o = *o;
	p->o.url = arena_strdup(m, o->url);
	p->o.branch = arena_strdup(m, o->branch);
	p->o.mirror = arena_strdup(m, o->mirror);
	p->o.ca_file = arena_strdup(m, o->ca_file);
	if (!p->o.receive_max)
		p->o.receive_max = GIT_RECEIVE_MAX;
	if (!c)
		return;
	p->credential = (struct git_credential_options){
		.origin = arena_strdup(m, c->origin),
		.username = c->username ? arena_strdup(m, c->username) : "git",
		.file = arena_strdup(m, c->file),
		.ssh_key_file = arena_strdup(m, c->ssh_key_file),
		.known_hosts_file = arena_strdup(m, c->known_hosts_file),
	};
	p->o.credential = &p->credential;
}

static int check_credential(struct git_peer *p, struct err *e)
{
	const struct git_credential_options *c = p->o.credential;
	bool same = false;

	if (!c || p->url.scheme == GIT_SCHEME_FILE)
		return 0;
	if (!c->origin)
		return err_set(e, p->code, "the credential for %s has no origin", p->o.url);
	if (git_url_has_origin(&p->url, c->origin, &same, e) < 0)
		return -1;
	if (!same)
		return err_set(e, p->code,
			       "the credential belongs to %s and is not sent to %s; change its "
			       "origin or name another one",
			       c->origin, p->o.url);
	if (p->url.scheme == GIT_SCHEME_SSH ? c->file != NULL : c->ssh_key_file != NULL)
		return err_set(e, p->code, "the credential for %s has to hold %s", p->o.url,
			       p->url.scheme == GIT_SCHEME_SSH ? "sshKeyFile, not file"
							       : "file, not sshKeyFile");
	return 0;
}

static int check_branch(struct git_peer *p, struct err *e)
{
	int valid = 0;

	p->remote_ref = arena_printf(&p->mem, "refs/heads/%s", p->o.branch ? p->o.branch : "");
	if (!p->o.branch || git_reference_name_is_valid(&valid, p->remote_ref) < 0 || !valid)
		return err_set(e, p->code, "%.100s is not the name of a branch",
			       p->o.branch ? p->o.branch : "(nothing)");
	return 0;
}

int git_peer_open(const struct git_remote_options *o, enum err_code code, struct git_peer *p,
		  struct err *e)
{
	*p = (struct git_peer){ .code = code };
	copy_options(o, p);
	int rc = git_url_parse(p->o.url, &p->url, e);
	if (rc < 0)
		err_wrap(e, code == ERR_SOURCE ? "source.url" : "status.url");
	else if (check_credential(p, e) < 0 || check_branch(p, e) < 0)
		rc = -1;
	else if (p->url.scheme == GIT_SCHEME_HTTPS)
		rc = tls_roots_new(p->o.ca_file, &p->roots, e);
	if (rc < 0) {
		e->code = code;
		git_peer_close(p);
	}
	return rc;
}

void git_peer_close(struct git_peer *p)
{
	tls_roots_free(p->roots);
	arena_release(&p->mem);
	*p = (struct git_peer){ 0 };
}

static int read_secret(struct session *s, const char *file, struct secret *out)
{
	struct err e = { 0 };

	if (file_read_secret(file, out, &e))
		return wire_fail(&s->wire, "the credential's file: %s", e.text);
	while (out->len && (out->data[out->len - 1] == '\n' || out->data[out->len - 1] == '\r'))
		out->data[--out->len] = 0;
	if (!out->len || memchr(out->data, 0, out->len))
		return wire_fail(&s->wire, "the credential's file %s is empty or binary", file);
	return 0;
}

/* Asked again means refused: libgit2 would go on asking for ever. */
static int give_credential(git_credential **out, const char *url, const char *user, unsigned types,
			   void *payload)
{
	struct session *s = payload;
	const struct git_credential_options *c = s->peer->o.credential;
	struct secret secret = SECRET_INIT;
	struct git_url to;
	struct err e;
	bool same = false;

	(void)user;
	if (!c || !c->file)
		return wire_fail(&s->wire, "the server wants to know who we are; name a credential "
					   "with username and file");
	if (s->asked++)
		return wire_fail(&s->wire, "the server refuses user %s with the password in %s",
				 c->username, c->file);
	if (git_url_parse(url, &to, &e) < 0 || git_url_has_origin(&to, c->origin, &same, &e) < 0 ||
	    !same)
		return wire_fail(&s->wire, "the credential belongs to %s only", c->origin);
	if (!(types & GIT_CREDENTIAL_USERPASS_PLAINTEXT))
		return wire_fail(&s->wire, "the server wants another kind of login than user name "
					   "and password");
	int rc = read_secret(s, c->file, &secret);
	if (rc == 0)
		rc = git_credential_userpass_plaintext_new(out, c->username,
							   (const char *)secret.data);
	secret_release(&secret);
	return rc;
}

/* Only these carriers exist here: no git://, no libssh2, nothing from outside. */
static int make_transport(git_transport **out, git_remote *owner, void *payload)
{
	struct session *s = payload;
	git_smart_subtransport_definition ssh = { ssh_subtransport, 0, &s->wire };
	git_smart_subtransport_definition http = { git_smart_subtransport_http, 1, NULL };

	switch (s->peer->url.scheme) {
	case GIT_SCHEME_FILE:
		return git_transport_local(out, owner, NULL);
	case GIT_SCHEME_SSH:
		return git_transport_smart(out, owner, &ssh);
	default:
		return git_transport_smart(out, owner, &http);
	}
}

static int note_told(const char *text, int len, void *payload)
{
	struct session *s = payload;

	buf_add(&s->told, text, (size_t)len);
	return 0;
}

static int note_answer(const char *ref, const char *status, void *payload)
{
	struct session *s = payload;

	(void)ref;
	if (status)
		wire_one_line(&s->refusal, status, strlen(status));
	return 0;
}

/* The lease: libgit2 has none, but shows where the server says that the branch is. */
static int check_lease(const git_push_update **updates, size_t n, void *payload)
{
	struct session *s = payload;
	static const git_oid nowhere;

	for (size_t i = 0; i < n; i++)
		if (!git_oid_equal(&updates[i]->src, s->expected ? s->expected : &nowhere))
			s->moved = true;
	return s->moved ? GIT_EUSER : 0;
}

static void session_init(struct session *s, struct git_peer *p)
{
	const struct git_credential_options *c = p->o.credential;
	int64_t timeout = p->o.timeout > 0 ? p->o.timeout : 1;

	*s = (struct session){
		.peer = p,
		.callbacks = { .version = GIT_REMOTE_CALLBACKS_VERSION,
			       .credentials = give_credential,
			       .transport = make_transport,
			       .push_negotiation = check_lease,
			       .push_update_reference = note_answer,
			       .payload = s },
		.proxy = { .version = GIT_PROXY_OPTIONS_VERSION },
		.refusal = BUF_INIT(1024),
		.told = BUF_INIT(TOLD_MAX),
	};
	s->wire = (struct wire){
		.url = &p->url,
		.roots = p->roots,
		.ssh_key_file = c ? c->ssh_key_file : NULL,
		.known_hosts_file = c ? c->known_hosts_file : NULL,
		.timeout_ms = timeout * 1000,
		.deadline_ms = wire_now() + timeout * 1000,
		.limit = REFS_MAX,
	};
	/* The configuration is empty: AUTO means the environment's proxies. */
	s->proxy.type = git_url_is_loopback(&p->url) ? GIT_PROXY_NONE : GIT_PROXY_AUTO;
	git_error_clear();
	wire_use(&s->wire);
}

static int session_connect(struct session *s, git_repository *repo, git_direction direction)
{
	git_remote_create_options create = {
		.version = GIT_REMOTE_CREATE_OPTIONS_VERSION,
		.repository = repo,
		.flags =
		    GIT_REMOTE_CREATE_SKIP_INSTEADOF | GIT_REMOTE_CREATE_SKIP_DEFAULT_FETCHSPEC,
	};
	git_remote_connect_options o = {
		.version = GIT_REMOTE_CONNECT_OPTIONS_VERSION,
		.callbacks = s->callbacks,
		.proxy_opts = s->proxy,
		.follow_redirects = GIT_REMOTE_REDIRECT_NONE,
	};

	if (git_remote_create_with_opts(&s->remote, s->peer->o.url, &create) < 0)
		return -1;
	int rc = git_remote_connect_ext(s->remote, direction, &o);
	s->wire.limit = s->peer->o.receive_max;
	return rc;
}

static void session_end(struct session *s)
{
	git_remote_free(s->remote);
	buf_release(&s->refusal);
	buf_release(&s->told);
	wire_use(NULL);
}

static const char *hint(const char *text)
{
	static const struct {
		const char *part, *hint;
	} hints[] = {
		{ "cannot redirect", "; redirects are not followed, write the final URL" },
		{ "status code: 403", "; the credential may not do that here" },
		{ "status code: 404", "; there is no such repository, or the credential may not "
				      "see it" },
	};

	for (size_t i = 0; i < sizeof(hints) / sizeof(hints[0]); i++)
		if (strstr(text, hints[i].part))
			return hints[i].hint;
	return "";
}

static int session_fail(struct session *s, struct err *e, const char *what)
{
	const git_error *last = git_error_last();
	struct buf line = BUF_INIT(1024);

	if (s->wire.why[0])
		wire_one_line(&line, s->wire.why, strlen(s->wire.why));
	else if (last && last->message)
		wire_one_line(&line, last->message, strlen(last->message));
	err_set(e, s->peer->code, "%s %s: %s%s", what, s->peer->o.url,
		line.len ? buf_str(&line) : "it failed without a reason", hint(buf_str(&line)));
	buf_release(&line);
	git_error_clear();
	return -1;
}

/* 0: `tip` is where the server has the branch; 1: it has none; -1. */
static int find_branch(struct session *s, git_oid *tip)
{
	const git_remote_head **heads;
	size_t n;

	if (git_remote_ls(&heads, &n, s->remote) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (text_eq(heads[i]->name, s->peer->remote_ref)) {
			git_oid_cpy(tip, &heads[i]->oid);
			return 0;
		}
	}
	return 1;
}

static int download(struct session *s, const char *local_ref)
{
	char spec[1024];
	char *specs[] = { spec };
	git_strarray list = { specs, 1 };
	git_fetch_options o = {
		.version = GIT_FETCH_OPTIONS_VERSION,
		.callbacks = s->callbacks,
		.proxy_opts = s->proxy,
		.follow_redirects = GIT_REMOTE_REDIRECT_NONE,
		.download_tags = GIT_REMOTE_DOWNLOAD_TAGS_NONE,
		.prune = GIT_FETCH_NO_PRUNE,
	};

	snprintf(spec, sizeof(spec), "+%s:%s", s->peer->remote_ref, local_ref);
	git_object_limit(s->peer->o.receive_max);
	int rc = git_remote_fetch(s->remote, &list, &o, NULL);
	git_object_limit(0);
	return rc;
}

int git_peer_fetch(struct git_peer *p, git_repository *repo, const char *local_ref, git_oid *tip,
		   struct err *e)
{
	struct session s;
	git_oid seen;

	session_init(&s, p);
	int rc = session_connect(&s, repo, GIT_DIRECTION_FETCH);
	if (rc == 0)
		rc = find_branch(&s, &seen);
	if (rc == 0 && (rc = download(&s, local_ref)) == 0)
		rc = git_reference_name_to_id(tip, repo, local_ref);
	if (rc < 0)
		rc = session_fail(&s, e, "fetching");
	session_end(&s);
	return rc;
}

static int send_branch(struct session *s, const char *local_ref)
{
	char spec[1024];
	char *specs[] = { spec };
	git_strarray list = { specs, 1 };
	git_push_options o = {
		.version = GIT_PUSH_OPTIONS_VERSION,
		.pb_parallelism = 1,
		.callbacks = s->callbacks,
		.proxy_opts = s->proxy,
		.follow_redirects = GIT_REMOTE_REDIRECT_NONE,
	};

	snprintf(spec, sizeof(spec), "%s:%s", local_ref, s->peer->remote_ref);
	return git_remote_push(s->remote, &list, &o);
}

/* 0: `at` is where the branch is now (all zero: nowhere). */
static int read_back(struct git_peer *p, git_repository *repo, git_oid *at, struct err *e)
{
	struct session s;

	session_init(&s, p);
	memset(at, 0, sizeof(*at));
	int rc = session_connect(&s, repo, GIT_DIRECTION_FETCH);
	if (rc == 0)
		rc = find_branch(&s, at);
	if (rc < 0)
		session_fail(&s, e, "reading back what was pushed to");
	session_end(&s);
	return rc < 0 ? -1 : 0;
}

/* Nobody moved the branch and it is not where we pushed it: that is a refusal, with its reason. */
static int refused(struct session *s, struct err *e)
{
	struct buf told = BUF_INIT(1024);

	wire_one_line(&told, buf_str(&s->told), s->told.len);
	err_set(e, s->peer->code, "%s refused the push to %s: %s%s%s%s", s->peer->o.url,
		s->peer->o.branch,
		s->refusal.len ? buf_str(&s->refusal)
			       : "it gave no reason, but the branch is where "
				 "it was",
		told.len ? " (it says: " : "", buf_str(&told), told.len ? ")" : "");
	buf_release(&told);
	return -1;
}

int git_peer_push(struct git_peer *p, git_repository *repo, const char *local_ref,
		  const git_oid *expected, struct err *e)
{
	static const git_oid nowhere;
	const git_oid *before = expected ? expected : &nowhere;
	struct err broken = { 0 }, unread = { 0 };
	git_oid commit, now;
	struct session s;

	if (git_reference_name_to_id(&commit, repo, local_ref) < 0)
		return git_fail(e, p->code, "what is to be pushed can not be found");
	git_repository *local;
	if (git_local_open(p, &local)) {
		int pushed = git_local_push(p, local, repo, &commit, expected, e);
		git_repository_free(local);
		return pushed;
	}
	session_init(&s, p);
	s.expected = expected;
	s.callbacks.sideband_progress = note_told;
	int rc = session_connect(&s, repo, GIT_DIRECTION_PUSH);
	if (rc == 0)
		rc = send_branch(&s, local_ref);
	if (rc < 0 && !s.moved)
		session_fail(&s, &broken, "pushing to");
	/* A push that broke may have arrived, and one that "succeeded" may have been refused. */
	wire_use(NULL);
	if (read_back(p, repo, &now, &unread) < 0) {
		*e = broken.code ? broken : unread;
		rc = -1;
	} else if (git_oid_equal(&now, &commit)) {
		rc = 0;
	} else if (!git_oid_equal(&now, before)) {
		rc = 1;
	} else if (broken.code) {
		*e = broken;
		rc = -1;
	} else {
		rc = refused(&s, e);
	}
	session_end(&s);
	return rc;
}
