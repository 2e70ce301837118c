/* SPDX-License-Identifier: Apache-2.0 */
#include "reconcile/adapter/curl/address.h"

#include <stdint.h>
#include <string.h>

#include <netinet/in.h>

/* IANA IPv4 special-purpose address registry, what is not globally reachable; and multicast. */
static const struct {
	uint32_t net;
	unsigned bits;
	enum address_kind kind;
} special4[] = {
	{ 0x00000000, 8, ADDRESS_PRIVATE },  /* this network */
	{ 0x0a000000, 8, ADDRESS_PRIVATE },  /* 10.0.0.0 */
	{ 0x64400000, 10, ADDRESS_PRIVATE }, /* 100.64.0.0, carrier NAT */
	{ 0x7f000000, 8, ADDRESS_LOOPBACK },
	{ 0xa9fe0000, 16, ADDRESS_PRIVATE }, /* 169.254.0.0, link-local */
	{ 0xac100000, 12, ADDRESS_PRIVATE }, /* 172.16.0.0 */
	{ 0xc0000000, 24, ADDRESS_PRIVATE }, /* 192.0.0.0, IETF */
	{ 0xc0000200, 24, ADDRESS_PRIVATE }, /* documentation */
	{ 0xc0a80000, 16, ADDRESS_PRIVATE }, /* 192.168.0.0 */
	{ 0xc6120000, 15, ADDRESS_PRIVATE }, /* 198.18.0.0, benchmarks */
	{ 0xc6336400, 24, ADDRESS_PRIVATE }, /* documentation */
	{ 0xcb007100, 24, ADDRESS_PRIVATE }, /* documentation */
	{ 0xe0000000, 3, ADDRESS_PRIVATE },  /* multicast, reserved, broadcast */
};

static enum address_kind kind4(uint32_t a)
{
	for (size_t i = 0; i < sizeof(special4) / sizeof(special4[0]); i++)
		if ((a ^ special4[i].net) >> (32 - special4[i].bits) == 0)
			return special4[i].kind;
	return ADDRESS_PUBLIC;
}

static uint32_t embedded4(const uint8_t *b)
{
	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

/* 2000::/3 is what IANA has given out; inside it only a few nets are special. */
static enum address_kind kind6(const uint8_t b[16])
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	static const uint8_t nat64[12] = { 0x00, 0x64, 0xff, 0x9b };
	static const uint8_t loopback[16] = { [15] = 1 };

	if (memcmp(b, loopback, 16) == 0)
		return ADDRESS_LOOPBACK;
	if (memcmp(b, mapped, 12) == 0 || memcmp(b, nat64, 12) == 0)
		return kind4(embedded4(b + 12));
	if ((b[0] & 0xe0) != 0x20)
		return ADDRESS_PRIVATE;
	if (b[0] == 0x20 && b[1] == 0x02)
		return kind4(embedded4(b + 2));
	/* 2001::/23: Teredo and other protocols; 2001:db8::/32, 3fff::/20: documentation. */
	if (b[0] == 0x20 && b[1] == 0x01 && (b[2] < 0x02 || (b[2] == 0x0d && b[3] == 0xb8)))
		return ADDRESS_PRIVATE;
	if (b[0] == 0x3f && b[1] == 0xff && b[2] < 0x10)
		return ADDRESS_PRIVATE;
	return ADDRESS_PUBLIC;
}

enum address_kind address_kind(const struct sockaddr *a, socklen_t len)
{
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;

	if (a->sa_family == AF_INET && len >= (socklen_t)sizeof(v4)) {
		memcpy(&v4, a, sizeof(v4));
		return kind4(ntohl(v4.sin_addr.s_addr));
	}
	if (a->sa_family == AF_INET6 && len >= (socklen_t)sizeof(v6)) {
		memcpy(&v6, a, sizeof(v6));
		return kind6(v6.sin6_addr.s6_addr);
	}
	return ADDRESS_PRIVATE;
}
