/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/apnsctl/cmd.h"
#define S(n) int n(struct app*a,int c,char**v){(void)a;(void)c;(void)v;app_say("not here yet");return 1;}
S(cmd_explain) S(cmd_probe) S(cmd_doctor)
