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
	buf_adds(&out, app->output == OUTPUT_JSON ?
			       "{\"apiVersion\":\"apnsctl/v1\",\"kind\":\"Version\",\"version\":\"" APNSCTL_VERSION
			       "\"}\n" :
			       "apnsctl " APNSCTL_VERSION "\n");
	return app_print(&out, 0);
}
