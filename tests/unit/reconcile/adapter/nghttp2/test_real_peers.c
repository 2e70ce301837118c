/* SPDX-License-Identifier: Apache-2.0 */
/* The prober against servers that others wrote: nghttpd, and openssl s_server for late alerts. */
#include "tests/unit/reconcile/adapter/nghttp2/identity.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>

#include "reconcile/adapter/nghttp2/apns.h"
#include "reconcile/model/verdict.h"

static char key_file[] = "/tmp/test_apns_key.XXXXXX", cert_file[] = "/tmp/test_apns_cert.XXXXXX";

static int setup(void **state)
{
	peer_setup(state);
	FILE *f = fdopen(mkstemp(key_file), "w");
	PEM_write_PKCS8PrivateKey(f, peer_server.key, NULL, NULL, 0, NULL, NULL);
	fclose(f);
	f = fdopen(mkstemp(cert_file), "w");
	PEM_write_X509(f, peer_server.cert);
	fclose(f);
	return 0;
}

static int teardown(void **state)
{
	unlink(key_file);
	unlink(cert_file);
	return peer_teardown(state);
}

static struct sockaddr_in loopback(unsigned port)
{
	return (struct sockaddr_in){ .sin_family = AF_INET,
				     .sin_port = htons((uint16_t)port),
				     .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
}

static unsigned free_port(void)
{
	struct sockaddr_in name = loopback(0);
	socklen_t len = sizeof(name);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&name, sizeof(name)), 0);
	getsockname(fd, (struct sockaddr *)&name, &len);
	close(fd);
	return ntohs(name.sin_port);
}

/* Starts a server and waits until it listens. */
static pid_t start(unsigned port, const char *const argv[])
{
	const struct timespec pause = { .tv_nsec = 20000000 };
	struct sockaddr_in name = loopback(port);
	pid_t pid = fork();

	if (pid == 0) {
		int null = open("/dev/null", O_RDWR), silence[2];
		/* Nothing ever comes, and no end either: s_server would take it as a command. */
		if (pipe(silence) == 0)
			dup2(silence[0], 0);
		dup2(null, 1);
		dup2(null, 2);
		execvp(argv[0], (char *const *)argv);
		_exit(127);
	}
	for (int i = 0; i < 500; i++) {
		int fd = socket(AF_INET, SOCK_STREAM, 0);
		int rc = connect(fd, (struct sockaddr *)&name, sizeof(name));
		close(fd);
		if (rc == 0)
			return pid;
		nanosleep(&pause, NULL);
	}
	fail_msg("%s does not listen", argv[0]);
	return pid;
}

static void stop(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void is(unsigned port, enum probe_level level, const char *reason, int alert)
{
	struct apns_options o = { "127.0.0.1", port, peer_ca_file, 1, 20 };
	struct apns_task t = { .pem = { peer_pem, peer_pem_len },
			       .topic = "com.apple.mgmt.External.x",
			       .level = level };
	struct arena mem = ARENA_INIT;
	struct apns_evidence ev;
	struct err e = { 0 };
	struct verdict v;
	struct apns *a;

	assert_int_equal(apns_open(&o, &peer_keys, &a, &e), 0);
	assert_int_equal(a->ops->probe(a, &t, 1, &mem, &ev, &e), 0);
	verdict_judge(&ev, level, &mem, &v);
	if (strcmp(v.reason, reason) != 0)
		fail_msg("got %s: %s", v.reason, v.detail);
	assert_int_equal(v.alert, alert);
	a->ops->close(a);
	arena_release(&mem);
}

static void nghttpd_takes_certificate_and_request(void **state)
{
	(void)state;
	char port[16];
	unsigned n = free_port();

	snprintf(port, sizeof(port), "%u", n);
	pid_t pid = start(n, (const char *const[]){ "nghttpd", "-a", "127.0.0.1", port, key_file,
						    cert_file, NULL });
	is(n, PROBE_Settings, "SettingsReceived", -1);
	is(n, PROBE_BogusToken, "UnexpectedAnswer", -1); /* 404: it has no such file */
	stop(pid);
}

static void s_server_refuses_late_and_early(void **state)
{
	(void)state;
	const char *const versions[] = { "-tls1_2", "-tls1_3" };

	for (int i = 0; i < 2; i++) {
		char at[32];
		unsigned n = free_port();
		snprintf(at, sizeof(at), "127.0.0.1:%u", n);
		pid_t pid = start(n, (const char *const[]){
					 "openssl", "s_server", "-accept", at, "-key", key_file,
					 "-cert", cert_file, "-alpn", "h2", "-Verify", "1",
					 "-verify_return_error", "-no-CAfile", versions[i], NULL });
		is(n, PROBE_Settings, "UnknownIssuer", 48);
		stop(pid);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nghttpd_takes_certificate_and_request),
		cmocka_unit_test(s_server_refuses_late_and_early),
	};
	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, setup, teardown);
}
