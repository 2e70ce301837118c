/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A running applesim, and certificates of one key as its portal issues them: `good`, `renewed` (the
 * same topic, a later end) and `expired`.
 */
#ifndef APNSCTL_TESTS_APPLESIM_H
#define APNSCTL_TESTS_APPLESIM_H

#include "tests/unit/unit.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "reconcile/port/keys.h"

static char sim_dir[] = "/tmp/test_applesim.XXXXXX";
static struct secret sim_key_der, sim_key_pem;
static unsigned sim_apns_port, sim_mdm_port;
static pid_t sim_server;

static const char sim_prepare[] =
    "set -eu; B=${B:-build}; . tests/apple.sh\n"
    "apple_init; new_key $T/key; upload $T/key $T/upload\n"
    "printf 's3cret' >$T/api-key; chmod 600 $T/api-key; set -- --account a@acme.example\n"
    "portal create \"$@\" --request $T/upload --out $T/good.pem >$T/row\n"
    "field topic <$T/row | tr -d '\\n' >$T/topic\n"
    "portal renew \"$@\" --request $T/upload --row $(field row <$T/row) --out $T/renewed.pem "
    "--now $(date -u -d tomorrow +%FT%TZ) >$T/renewed.row\n"
    "portal create \"$@\" --request $T/upload --out $T/expired.pem --now 2024-01-01T00:00:00Z "
    ">$T/expired.row\n"
    "openssl pkcs8 -topk8 -nocrypt -in $T/key -outform DER -out $T/key.der\n";

static inline void sim_read_file(const char *name, char *out, size_t size)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", sim_dir, name);
	FILE *f = fopen(path, "r");
	out[f ? fread(out, 1, size - 1, f) : 0] = 0;
	if (f)
		fclose(f);
}

/* Replaces all rules by those of one list, "apns" or "mdm". */
static inline void sim_write_rules(const char *list, const char *rules)
{
	char path[128], temp[128];

	snprintf(path, sizeof(path), "%s/faults.json", sim_dir);
	snprintf(temp, sizeof(temp), "%s/faults.new", sim_dir);
	FILE *f = fopen(temp, "w");
	fprintf(f, "{\"%s\":[%s]}\n", list, rules);
	fclose(f);
	rename(temp, path);
}

static inline void sim_start_server(void)
{
	const char *build = getenv("B") ? getenv("B") : "build";
	char program[256], state[128], faults[128], ready[128], secret[128], text[128];

	snprintf(program, sizeof(program), "%s/applesim", build);
	snprintf(state, sizeof(state), "%s/apple", sim_dir);
	snprintf(faults, sizeof(faults), "%s/faults.json", sim_dir);
	snprintf(ready, sizeof(ready), "%s/ready", sim_dir);
	snprintf(secret, sizeof(secret), "%s/api-key", sim_dir);
	sim_write_rules("apns", "");
	sim_server = fork();
	if (sim_server == 0) {
		int null = open("/dev/null", O_WRONLY);
		dup2(null, 1);
		execl(program, program, "serve", "--state", state, "--faults", faults, "--ready",
		      ready, "--api-key-file", secret, (char *)NULL);
		_exit(127);
	}
	for (int i = 0; i < 400 && !sim_mdm_port; i++) {
		usleep(25000);
		sim_read_file("ready", text, sizeof(text));
		const char *mdm = strstr(text, "mdm=");
		sim_apns_port = mdm ? (unsigned)atoi(strstr(text, "apns=") + 5) : 0;
		sim_mdm_port = mdm ? (unsigned)atoi(mdm + 4) : 0;
	}
	assert_true(sim_mdm_port > 0);
}

static inline void sim_read_secret(const char *name, struct secret *out)
{
	char path[128], bytes[8192];

	snprintf(path, sizeof(path), "%s/%s", sim_dir, name);
	FILE *f = fopen(path, "r");
	assert_non_null(f);
	secret_add(out, bytes, fread(bytes, 1, sizeof(bytes), f));
	fclose(f);
}

static inline int sim_setup(void **state)
{
	(void)state;
	assert_non_null(mkdtemp(sim_dir));
	setenv("T", sim_dir, 1);
	assert_int_equal(system(sim_prepare), 0);
	sim_read_secret("key.der", &sim_key_der);
	sim_read_secret("key", &sim_key_pem);
	sim_start_server();
	return 0;
}

static inline int sim_teardown(void **state)
{
	(void)state;
	if (sim_server > 0) {
		kill(sim_server, SIGTERM);
		waitpid(sim_server, NULL, 0);
	}
	secret_release(&sim_key_der);
	secret_release(&sim_key_pem);
	return system("rm -rf $T");
}

static inline int sim_lend(struct keys *k, const struct key_ref *ref, enum key_format format,
			   struct secret *out, struct err *e)
{
	(void)k;
	(void)ref;
	(void)e;
	const struct secret *key = format == KEY_PKCS8_PEM ? &sim_key_pem : &sim_key_der;
	secret_add(out, key->data, key->len);
	return 0;
}

static const struct keys_ops sim_keys_ops = { .lend = sim_lend };
static struct keys sim_keys = { &sim_keys_ops };

#endif
