/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/un.h>

#include "reconcile/adapter/curl/address.h"

static const struct {
	const char *text;
	enum address_kind kind;
} cases[] = {
	{ "17.188.182.1", ADDRESS_PUBLIC },
	{ "1.1.1.1", ADDRESS_PUBLIC },
	{ "9.255.255.255", ADDRESS_PUBLIC },
	{ "11.0.0.0", ADDRESS_PUBLIC },
	{ "100.63.255.255", ADDRESS_PUBLIC },
	{ "100.128.0.0", ADDRESS_PUBLIC },
	{ "172.15.255.255", ADDRESS_PUBLIC },
	{ "172.32.0.0", ADDRESS_PUBLIC },
	{ "192.167.255.255", ADDRESS_PUBLIC },
	{ "223.255.255.255", ADDRESS_PUBLIC },
	{ "0.0.0.0", ADDRESS_PRIVATE },
	{ "10.1.2.3", ADDRESS_PRIVATE },
	{ "100.64.0.1", ADDRESS_PRIVATE },
	{ "127.0.0.1", ADDRESS_LOOPBACK },
	{ "127.255.255.254", ADDRESS_LOOPBACK },
	{ "169.254.169.254", ADDRESS_PRIVATE },
	{ "172.16.0.1", ADDRESS_PRIVATE },
	{ "172.31.255.255", ADDRESS_PRIVATE },
	{ "192.0.0.8", ADDRESS_PRIVATE },
	{ "192.168.1.1", ADDRESS_PRIVATE },
	{ "198.19.0.1", ADDRESS_PRIVATE },
	{ "203.0.113.7", ADDRESS_PRIVATE },
	{ "224.0.0.1", ADDRESS_PRIVATE },
	{ "255.255.255.255", ADDRESS_PRIVATE },
	{ "2620:149:208::1", ADDRESS_PUBLIC },
	{ "2001:4860:4860::8888", ADDRESS_PUBLIC },
	{ "::", ADDRESS_PRIVATE },
	{ "::1", ADDRESS_LOOPBACK },
	{ "fe80::1", ADDRESS_PRIVATE },
	{ "fd00::1", ADDRESS_PRIVATE },
	{ "ff02::1", ADDRESS_PRIVATE },
	{ "2001:db8::1", ADDRESS_PRIVATE },
	{ "2001::1", ADDRESS_PRIVATE },
	{ "3fff::1", ADDRESS_PRIVATE },
	{ "::ffff:127.0.0.1", ADDRESS_LOOPBACK },
	{ "::ffff:10.0.0.1", ADDRESS_PRIVATE },
	{ "::ffff:17.188.182.1", ADDRESS_PUBLIC },
	{ "64:ff9b::a9fe:a9fe", ADDRESS_PRIVATE },
	{ "64:ff9b::11bc:b601", ADDRESS_PUBLIC },
	{ "2002:7f00:1::1", ADDRESS_LOOPBACK },
	{ "2002:a00:1::1", ADDRESS_PRIVATE },
	{ "::7f00:1", ADDRESS_PRIVATE }, /* IPv4-compatible, deprecated */
};

static void addresses_are_told_apart(void **state)
{
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sockaddr_in v4 = { .sin_family = AF_INET };
		struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };
		bool is_v4 = inet_pton(AF_INET, cases[i].text, &v4.sin_addr) == 1;
		if (!is_v4 && inet_pton(AF_INET6, cases[i].text, &v6.sin6_addr) != 1)
			fail_msg("%s is no address", cases[i].text);
		enum address_kind kind =
			is_v4 ? address_kind((struct sockaddr *)&v4, sizeof(v4))
			      : address_kind((struct sockaddr *)&v6, sizeof(v6));
		if (kind != cases[i].kind)
			fail_msg("%s: got %d", cases[i].text, (int)kind);
	}
}

static void what_is_no_ip_address_is_not_public(void **state)
{
	(void)state;
	struct sockaddr_un local = { .sun_family = AF_UNIX };
	struct sockaddr_in cut = { .sin_family = AF_INET };

	cut.sin_addr.s_addr = htonl(0x01010101);
	assert_int_equal(address_kind((struct sockaddr *)&local, sizeof(local)), ADDRESS_PRIVATE);
	assert_int_equal(address_kind((struct sockaddr *)&cut, 4), ADDRESS_PRIVATE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_are_told_apart),
		cmocka_unit_test(what_is_no_ip_address_is_not_public),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
