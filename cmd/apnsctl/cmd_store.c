/* SPDX-License-Identifier: Apache-2.0 */
/* store init [--lost], store verify: the key store. */

#include "cmd/apnsctl/cmd.h"
#include "cmd/apnsctl/ports.h"
#include "schema/base/text.h"

static int store_init(const struct app *app, bool lost)
{
	struct config config;
	struct err e = { 0 };
	int status;

	if (config_need(app, &config, &e))
		return app_fail(&e);
	status = ports_store_init(&config, lost, &e) ? app_fail(&e) : 0;
	if (!status)
		app_say("The store is ready. Back up the unlock key apart from the database.");
	config_close(&config);
	return status;
}

static int verify_opened(const struct app *app, struct opened *o)
{
	struct buf out = BUF_INIT(1 << 16);
	struct err e = { 0 };
	size_t keys = 0;

	if (store_verify(o->ports.store, &e) || ports_verify_audit(o, &e) ||
	    (!o->is_sealed && ports_verify_keys(o, &keys, &e)))
		return app_fail(&e);
	if (app->output == OUTPUT_JSON)
		buf_addf(&out,
			 "{\"apiVersion\":\"apnsctl/v1\",\"kind\":\"StoreReport\",\"sound\":true,"
			 "\"sealed\":%s,\"keys\":%zu}\n",
			 o->is_sealed ? "true" : "false", keys);
	else if (o->is_sealed)
		buf_addf(&out, "The database is sound. The keys were not opened: %s\n",
			 app_safe(o->sealed_reason));
	else
		buf_addf(&out, "The database is sound; all %zu private keys open and fit.\n", keys);
	return app_print(&out, o->is_sealed ? err_exit_status(ERR_SEALED) : 0);
}

static int store_check(const struct app *app)
{
	struct config config;
	struct opened opened;
	struct err e = { 0 };

	if (config_need(app, &config, &e))
		return app_fail(&e);
	if (ports_open(app, &config, PORTS_READ_ONLY, &opened, &e)) {
		config_close(&config);
		return app_fail(&e);
	}
	int status = ports_need_store(&opened, &e) ? app_fail(&e) : verify_opened(app, &opened);
	ports_close(&opened);
	config_close(&config);
	return status;
}

int cmd_store(struct app *app, int argc, char **argv)
{
	bool lost = false;
	const struct option_spec spec[] = {
		{ "lost", NULL,
		  "init: the old store is lost; start again from Git and the Apple Account",
		  OPTION_FLAG, &lost },
		{ 0 },
	};
	char **args;
	int status, n = app_options(app, spec, argc, argv, &args, &status);

	if (n < 0)
		return status;
	if (n == 1 && text_eq(args[0], "init"))
		return store_init(app, lost);
	if (n == 1 && text_eq(args[0], "verify") && !lost)
		return store_check(app);
	return app_usage(argv[0], "it takes init [--lost] or verify");
}
