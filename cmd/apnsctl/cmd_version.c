/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/apnsctl/cmd.h"

#include <stdio.h>

int cmd_version(struct app *app, int argc, char **argv)
{
	struct buf out = BUF_INIT(256);
	char **args;
	int status, n = app_options(app, NULL, argc, argv, &args, &status);

	if (n < 0)
		return status;
	if (n > 0)
		return app_usage(argv[0], "it takes no argument");
	if (app->output == OUTPUT_JSON)
		buf_adds(&out, "{\"apiVersion\":\"apnsctl/v1\",\"kind\":\"Version\","
			       "\"version\":\"" APNSCTL_VERSION "\"}\n");
	else
		buf_adds(&out, "apnsctl " APNSCTL_VERSION "\n");
	return app_print(&out, 0);
}
