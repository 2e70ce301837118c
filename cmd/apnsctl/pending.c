/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/apnsctl/cmd.h"
#include "cmd/apnsctl/published.h"
#define S(n) int n(struct app*a,int c,char**v){(void)a;(void)c;(void)v;app_say("not here yet");return 1;}
S(cmd_explain) S(cmd_request) S(cmd_match) S(cmd_accept) S(cmd_probe) S(cmd_doctor)
int published_status(const char *where, char **tenant, int n_tenant, struct arena *mem, struct json *j, struct summary_row **row, size_t *n, struct err *e){(void)where;(void)tenant;(void)n_tenant;(void)mem;(void)j;(void)row;(void)n;return err_set(e,ERR_IO,"no status");}
