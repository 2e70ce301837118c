/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/applesim/applesim.h"

#include <getopt.h>
#include <stdio.h>

#include "cmd/applesim/authority.h"

static const char usage[] =
    "usage: applesim ca [options] DIR\n\n"
    "Makes the authorities of a state directory; what is there already stays.\n\n"
    "  --issuer NAME       common name of the issuer of push certificates\n"
    "                      (default: " AUTHORITY_ISSUER ")\n"
    "  --vendor NAME       name of the MDM vendor (default: " AUTHORITY_VENDOR ")\n"
    "  --vendor-days N     how long the vendor's certificate lasts (default: 3650)\n"
    "  --new-vendor        a new certificate and key for the vendor, over the old ones\n"
    "  --now TIME          the clock, as 2026-11-24T03:27:46Z\n\n"
    "Files for apnsctl: vendor.pem, vendor.key, chain.pem (requestSigner), apple-ca.pem and\n"
    "crl.pem (apple), tls-ca.pem (caFile of apns and servers).\n";

int cmd_ca(int argc, char **argv)
{
	static const struct option options[] = {
		{ "issuer", required_argument, NULL, 'i' },
		{ "vendor", required_argument, NULL, 'v' },
		{ "vendor-days", required_argument, NULL, 'd' },
		{ "new-vendor", no_argument, NULL, 'n' },
		{ "now", required_argument, NULL, 't' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	struct authority_options o = { .vendor_days = AUTHORITY_VENDOR_DAYS };
	const char *now = NULL;
	bool new_vendor = false;
	struct err e = { 0 };
	int c;

	while ((c = getopt_long(argc, argv, "h", options, NULL)) >= 0) {
		if (c == 'h')
			return fputs(usage, stdout) < 0;
		else if (c == 'i')
			o.issuer = optarg;
		else if (c == 'v')
			o.vendor = optarg;
		else if (c == 't')
			now = optarg;
		else if (c == 'n')
			new_vendor = true;
		else if (c != 'd')
			return wrong_usage("ca", "wrong option");
		else if (!number_parse(optarg, 36500, &o.vendor_days))
			return wrong_usage("ca", "--vendor-days '%s' is no number of days", optarg);
	}
	if (optind + 1 != argc)
		return wrong_usage("ca", "one directory is needed");
	if (!now_parse(now, &o.now))
		return wrong_usage("ca", "--now '%s' is not a time like 2026-11-24T03:27:46Z", now);
	if (authority_make(argv[optind], &o, &e) ||
	    (new_vendor && authority_new_vendor(argv[optind], &o, &e)))
		return fail(&e);
	return 0;
}
