/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/applesim/applesim.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "cmd/applesim/apns.h"
#include "cmd/applesim/authority.h"
#include "cmd/applesim/mdm.h"
#include "schema/base/text.h"

static const char usage[] =
    "usage: applesim serve --state DIR [options]\n\n"
    "  --state DIR        made when it is missing, as by `applesim ca`\n"
    "  --apns-port N      port of APNs on 127.0.0.1 (default: a free one)\n"
    "  --tls 1.2|1.3      only this version of TLS on APNs (default: both)\n"
    "  --faults FILE      rules, read again whenever the file changes, and on SIGHUP\n"
    "  --log FILE         append one line of JSON for everything that is seen\n"
    "  --ready FILE       written when it listens: apns=PORT and mdm=PORT, a line each\n\n"
    "Ends on SIGTERM and SIGINT.\n";

struct server {
	struct watch signals;
	struct loop *loop;
	struct events events;
	struct faults faults;
	struct apns *apns;
	struct mdm *mdm;
	struct buf key;
};

struct args {
	const char *state, *faults, *log, *ready, *tls, *api_key, *api_key_file;
	int64_t apns_port, mdm_port;
	bool mdm_tls;
};

/* SIGTERM and SIGINT end the loop, SIGHUP reads the rules again. */
static void signal_ready(struct watch *w, uint32_t events)
{
	struct server *s = (struct server *)w;
	struct signalfd_siginfo info;
	struct err e = { 0 };

	(void)events;
	while (read(w->fd, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo != SIGHUP)
			loop_stop(s->loop);
		else if (faults_refresh(&s->faults, true, &e) < 0)
			complain(&e);
	}
}

static int watch_signals(struct server *s, struct err *e)
{
	sigset_t set;

	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	s->signals.fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	s->signals.ready = signal_ready;
	if (s->signals.fd < 0)
		return err_set(e, ERR_IO, "no descriptor for signals");
	return loop_add(s->loop, &s->signals, EPOLLIN, e);
}

/* A benchmark opens many connections at once. */
static void raise_limit(void)
{
	struct rlimit limit;

	if (!getrlimit(RLIMIT_NOFILE, &limit)) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
}

static int say_ready(const struct args *a, int64_t apns_port, int64_t mdm_port, struct err *e)
{
	struct buf text = BUF_INIT(256);
	int rc;

	buf_addf(&text, "apns=%lld\nmdm=%lld\n", (long long)apns_port, (long long)mdm_port);
	fputs(buf_str(&text), stdout);
	fflush(stdout);
	rc = a->ready ? file_write(a->ready, buf_str(&text), text.len, 0644, e) : 0;
	buf_release(&text);
	return rc;
}

/* The API key of the file, without its line end. */
static int read_api_key(struct server *s, struct args *a, struct err *e)
{
	char *end;

	if (!a->api_key_file)
		return 0;
	if (file_read(a->api_key_file, &s->key, e))
		return -1;
	a->api_key = buf_str(&s->key);
	end = strpbrk(s->key.data ? s->key.data : "", "\r\n");
	if (end)
		*end = '\0';
	return *a->api_key ? 0 : err_set(e, ERR_INPUT, "%s holds no key", a->api_key_file);
}

static int listen_all(struct server *s, const struct args *a, struct err *e)
{
	const struct apns_options apns = {
		.dir = a->state,
		.port = a->apns_port,
		.tls_version = !a->tls                  ? 0
			       : text_eq(a->tls, "1.2") ? 12
							: 13,
		.loop = s->loop,
		.events = &s->events,
		.faults = &s->faults,
	};
	const struct mdm_options mdm = {
		.dir = a->state,
		.port = a->mdm_port,
		.tls = a->mdm_tls,
		.api_key = a->api_key,
		.loop = s->loop,
		.events = &s->events,
		.faults = &s->faults,
	};
	int64_t apns_port, mdm_port;

	if (apns_new(&apns, &apns_port, &s->apns, e) || mdm_new(&mdm, &mdm_port, &s->mdm, e))
		return -1;
	return say_ready(a, apns_port, mdm_port, e);
}

static int serve(struct server *s, struct args *a, struct err *e)
{
	struct authority_options authority = { .vendor_days = AUTHORITY_VENDOR_DAYS };

	now_parse(NULL, &authority.now);
	if (authority_make(a->state, &authority, e) || loop_new(&s->loop, e) ||
	    watch_signals(s, e) || events_open(&s->events, a->log, e) ||
	    faults_open(&s->faults, a->faults, e) || read_api_key(s, a, e) || listen_all(s, a, e))
		return -1;
	return loop_run(s->loop, e);
}

static int parse(int argc, char **argv, struct args *a)
{
	static const struct option options[] = {
		{ "state", required_argument, NULL, 's' },
		{ "apns-port", required_argument, NULL, 'a' },
		{ "tls", required_argument, NULL, 't' },
		{ "mdm-port", required_argument, NULL, 'm' },
		{ "mdm-tls", no_argument, NULL, 'T' },
		{ "api-key", required_argument, NULL, 'k' },
		{ "api-key-file", required_argument, NULL, 'K' },
		{ "faults", required_argument, NULL, 'f' },
		{ "log", required_argument, NULL, 'l' },
		{ "ready", required_argument, NULL, 'r' },
		{ 0 },
	};
	const char **text[128] = {
		['s'] = &a->state, ['t'] = &a->tls,     ['f'] = &a->faults,      ['l'] = &a->log,
		['r'] = &a->ready, ['k'] = &a->api_key, ['K'] = &a->api_key_file
	};
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) >= 0) {
		if (c == '?')
			return wrong_usage("serve", "wrong option");
		if (c == 'T')
			a->mdm_tls = true;
		else if (text[c])
			*text[c] = optarg;
		else if (!number_parse(optarg, 65535, c == 'm' ? &a->mdm_port : &a->apns_port))
			return wrong_usage("serve", "'%s' is no port", optarg);
	}
	if (optind != argc)
		return wrong_usage("serve", "'%s' is not expected", argv[optind]);
	if (!a->state)
		return wrong_usage("serve", "--state DIR is needed");
	if (a->tls && !text_eq(a->tls, "1.2") && !text_eq(a->tls, "1.3"))
		return wrong_usage("serve", "--tls is 1.2 or 1.3");
	return 0;
}

int cmd_serve(int argc, char **argv)
{
	struct args a = { 0 };
	struct server s = { .key = BUF_INIT(4096) };
	struct err e = { 0 };
	int rc;

	if (argc > 1 && (text_eq(argv[1], "--help") || text_eq(argv[1], "-h")))
		return fputs(usage, stdout) < 0;
	if (parse(argc, argv, &a))
		return err_exit_status(ERR_USAGE);
	raise_limit();
	rc = serve(&s, &a, &e) ? fail(&e) : 0;
	mdm_free(s.mdm);
	apns_free(s.apns);
	buf_release(&s.key);
	faults_release(&s.faults);
	events_close(&s.events);
	if (s.signals.fd > 0)
		loop_remove(s.loop, &s.signals);
	if (s.loop)
		loop_free(s.loop);
	return rc;
}
