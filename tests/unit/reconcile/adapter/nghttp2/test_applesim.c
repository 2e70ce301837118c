/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The prober against applesim: a certificate as the portal issues it, and each thing that APNs is
 * known to do with one. The double shares no code with the prober.
 */
#include "tests/unit/unit.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "reconcile/adapter/nghttp2/apns.h"
#include "reconcile/model/verdict.h"
#include "schema/base/text.h"

static char dir[] = "/tmp/test_applesim.XXXXXX";
static char pems[2][8192];
static struct secret key;
static unsigned port;
static pid_t server;

/* Certificates `good` and `expired` of one key, and a server on a free port. */
static const char prepare[] =
    "set -eu; B=${B:-build}; . tests/apple.sh\n"
    "apple_init; new_key $T/key; upload $T/key $T/upload\n"
    "issue() { portal create --account a@acme.example --request $T/upload --out $T/$1.pem $2 $3; "
    "}\n"
    "issue good --account a@acme.example | field topic | tr -d '\\n' >$T/topic\n"
    "issue expired --now 2024-01-01T00:00:00Z >$T/expired\n"
    "openssl pkcs8 -topk8 -nocrypt -in $T/key -outform DER -out $T/key.der\n";

static void read_file(const char *name, char *out, size_t size)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	FILE *f = fopen(path, "r");
	out[f ? fread(out, 1, size - 1, f) : 0] = 0;
	if (f)
		fclose(f);
}

static void write_rules(const char *rules)
{
	char path[128], temp[128];

	snprintf(path, sizeof(path), "%s/faults.json", dir);
	snprintf(temp, sizeof(temp), "%s/faults.new", dir);
	FILE *f = fopen(temp, "w");
	fprintf(f, "{\"apns\":[%s]}\n", rules);
	fclose(f);
	rename(temp, path);
}

static void start_server(void)
{
	const char *build = getenv("B") ? getenv("B") : "build";
	char program[256], state[128], faults[128], ready[128], text[128];

	snprintf(program, sizeof(program), "%s/applesim", build);
	snprintf(state, sizeof(state), "%s/apple", dir);
	snprintf(faults, sizeof(faults), "%s/faults.json", dir);
	snprintf(ready, sizeof(ready), "%s/ready", dir);
	write_rules("");
	server = fork();
	if (server == 0) {
		int null = open("/dev/null", O_WRONLY);
		dup2(null, 1);
		execl(program, program, "serve", "--state", state, "--faults", faults, "--ready",
		      ready, (char *)NULL);
		_exit(127);
	}
	for (int i = 0; i < 200 && !port; i++) {
		usleep(50000);
		read_file("ready", text, sizeof(text));
		const char *at = strstr(text, "apns=");
		port = at ? (unsigned)atoi(at + 5) : 0;
	}
	assert_true(port > 0);
}

static int setup(void **state)
{
	char der[8192], path[128];

	(void)state;
	assert_non_null(mkdtemp(dir));
	setenv("T", dir, 1);
	assert_int_equal(system(prepare), 0);
	read_file("good.pem", pems[0], sizeof(pems[0]));
	read_file("expired.pem", pems[1], sizeof(pems[1]));
	snprintf(path, sizeof(path), "%s/key.der", dir);
	FILE *f = fopen(path, "r");
	secret_add(&key, der, fread(der, 1, sizeof(der), f));
	fclose(f);
	start_server();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	if (server > 0) {
		kill(server, SIGTERM);
		waitpid(server, NULL, 0);
	}
	secret_release(&key);
	return system("rm -rf $T");
}

static int lend(struct keys *k, const struct key_ref *ref, enum key_format format,
		struct secret *out, struct err *e)
{
	(void)k;
	(void)ref;
	(void)format;
	(void)e;
	secret_add(out, key.data, key.len);
	return 0;
}

static const struct keys_ops keys_ops = { .lend = lend };
static struct keys keys = { &keys_ops };

#define GOAWAY(what, debug)                                                                        \
	"{\"do\":\"" what "\",\"goaway\":[{\"code\":0,\"last\":0,\"debug\":\"" debug "\"}]}"
#define REASON(word) "{\\\"reason\\\":\\\"" word "\\\"}"
#define ALERT(n) "{\"do\":\"Alert\",\"number\":" n "}"

static const struct {
	const char *rules;
	int pem;
	enum probe_level level;
	const char *result, *reason;
} cases[] = {
	{ "", 0, PROBE_Settings, "Accepted", "SettingsReceived" },
	{ "", 0, PROBE_BogusToken, "Accepted", "BadDeviceToken" },
	{ "", 1, PROBE_Settings, "Rejected", "CertificateExpired" },
	{ "{\"do\":\"TLS12\"}", 0, PROBE_Settings, "Accepted", "SettingsReceived" },
	{ "{\"do\":\"TLS12\"}", 1, PROBE_Settings, "Rejected", "CertificateExpired" },
	{ ALERT("42"), 0, PROBE_Settings, "Rejected", "BadCertificate" },
	{ ALERT("44"), 0, PROBE_Settings, "Rejected", "CertificateRevoked" },
	{ ALERT("46"), 0, PROBE_BogusToken, "Rejected", "CertificateUnknown" },
	{ ALERT("48"), 0, PROBE_Settings, "Rejected", "UnknownIssuer" },
	{ ALERT("80"), 0, PROBE_Settings, "Rejected", "InternalErrorAlert" },
	{ "{\"do\":\"HelloAlert\",\"number\":70}", 0, PROBE_Settings, "Unreachable", "TLSFailed" },
	{ "{\"do\":\"NoALPN\"}", 0, PROBE_Settings, "Unreachable", "NoHTTP2" },
	{ "{\"do\":\"CloseOnAccept\"}", 0, PROBE_Settings, "Unreachable", "ConnectionClosed" },
	{ "{\"do\":\"CloseAfterHandshake\"}", 0, PROBE_Settings, "Unreachable",
	  "ConnectionClosed" },
	{ "{\"do\":\"SilenceOnAccept\"}", 0, PROBE_Settings, "Unreachable", "TimedOut" },
	{ "{\"do\":\"NoSettings\"}", 0, PROBE_Settings, "Unreachable", "TimedOut" },
	{ "{\"do\":\"Silence\"}", 0, PROBE_BogusToken, "Unreachable", "TimedOut" },
	{ "{\"do\":\"Streams\",\"number\":1}", 0, PROBE_BogusToken, "Accepted", "BadDeviceToken" },
	{ "{\"do\":\"Reset\",\"number\":7}", 0, PROBE_BogusToken, "Unreachable", "StreamReset" },
	{ "{\"do\":\"DisconnectAfterBadTokens\",\"number\":1}", 0, PROBE_BogusToken, "Accepted",
	  "BadDeviceToken" },
	{ "{\"do\":\"Answer\",\"status\":403,\"reason\":\"BadCertificate\"}", 0, PROBE_BogusToken,
	  "Rejected", "BadCertificate" },
	{ "{\"do\":\"Answer\",\"status\":503,\"reason\":\"ServiceUnavailable\"}", 0,
	  PROBE_BogusToken, "Unreachable", "ServiceUnavailable" },
	{ GOAWAY("Goaway", REASON("BadCertificateEnvironment")), 0, PROBE_BogusToken, "Rejected",
	  "BadCertificateEnvironment" },
	{ GOAWAY("Goaway", "Maximum active streams violated for this endpoint."), 0,
	  PROBE_BogusToken, "Unreachable", "GoAway" },
	{ GOAWAY("GoawayOnConnect", REASON("BadCertificate")), 0, PROBE_Settings, "Rejected",
	  "BadCertificate" },
	{ GOAWAY("GoawayOnConnect", REASON("Shutdown")), 0, PROBE_Settings, "Unreachable",
	  "Shutdown" },
	{ GOAWAY("GoawayOnConnect", ""), 0, PROBE_Settings, "Unreachable", "GoAway" },
};

static void is(size_t i)
{
	char ca[128];
	struct apns_options o = { "localhost", port, ca, 1, 20 };
	struct apns_task t = { .pem = { pems[cases[i].pem], strlen(pems[cases[i].pem]) },
			       .topic = "com.apple.mgmt.External.unused",
			       .level = cases[i].level };
	struct arena mem = ARENA_INIT;
	struct apns_evidence ev;
	struct err e = { 0 };
	struct verdict v;
	struct apns *a;
	char topic[128];

	snprintf(ca, sizeof(ca), "%s/apple/tls-ca.pem", dir);
	read_file("topic", topic, sizeof(topic));
	t.topic = topic;
	if (text_eq(cases[i].reason, "TimedOut"))
		o.timeout_s = 2;
	write_rules(cases[i].rules);
	assert_int_equal(apns_open(&o, &keys, &a, &e), 0);
	if (a->ops->probe(a, &t, 1, &mem, &ev, &e) != 0)
		fail_msg("%s", e.text);
	verdict_judge(&ev, cases[i].level, &mem, &v);
	if (!text_eq(apns_result_name(v.result), cases[i].result) ||
	    !text_eq(v.reason, cases[i].reason))
		fail_msg("%s: got %s %s (%s), wanted %s %s", cases[i].rules,
			 apns_result_name(v.result), v.reason, v.detail, cases[i].result,
			 cases[i].reason);
	a->ops->close(a);
	arena_release(&mem);
}

static void each_thing_that_apns_does_has_its_verdict(void **state)
{
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		is(i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_thing_that_apns_does_has_its_verdict),
	};
	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, setup, teardown);
}
