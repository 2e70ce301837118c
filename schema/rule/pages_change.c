/* SPDX-License-Identifier: Apache-2.0 */
#include "schema/rule/pages_part.h"

static const struct rule_page pages[] = {
	{ 5001,
	  "All devices of the topic would have to be enrolled again. If that is meant, "
	  "allowTopicChange names the old and the new topic, with a reason.",
	  NULL, NULL, NULL, "Apple, device-management, com.apple.mdm" },
	{ 5002,
	  "An older certificate in place of a newer one ends earlier, and its key may be gone. "
	  "Mostly an old branch was merged.",
	  NULL, NULL, NULL, NULL },
	{ 5003,
	  "A policy that gets another effective topic strands the devices below it. If that is "
	  "meant, allowReenrol on the policy or the assignment names both topics.",
	  NULL, NULL, NULL, NULL },
	{ 5004,
	  "A change that touches very many certificates is more often a mistake than a plan. The "
	  "steps wait until somebody lets exactly them through with --override.",
	  NULL, NULL, NULL, NULL },
	{ 5005,
	  "A source without tenants is a broken checkout or a wrong path rather than a company "
	  "that lost all its customers on one day.",
	  NULL, NULL, NULL, NULL },
	{ 5006,
	  "protection: Protected makes removal a matter of two changes: first the protection goes, "
	  "and when that was applied, the certificate.",
	  NULL, NULL, NULL, NULL },
	{ 6001,
	  "A symbolic link can point outside of the repository, to the files of the host that "
	  "reads it.",
	  NULL, NULL, NULL, NULL },
	{ 6002,
	  "A submodule is another repository with other reviewers; its contents are not part of "
	  "the commit that is applied.",
	  NULL, NULL, NULL, NULL },
	{ 6003,
	  "Names such as .. or .git, and control characters in names, are how files are written "
	  "where nobody expects them.",
	  NULL, NULL, NULL, NULL },
	{ 6004, "The limit keeps one large file from stopping everybody's run.", NULL, NULL, NULL,
	  NULL },
};

const struct page_table pages_change = PAGE_TABLE(pages);
