/* SPDX-License-Identifier: Apache-2.0 */
/* Which addresses belong to the public internet. */
#ifndef APNSCTL_ADAPTER_CURL_ADDRESS_H
#define APNSCTL_ADAPTER_CURL_ADDRESS_H

#include <stdbool.h>

#include <sys/socket.h>

enum address_kind { ADDRESS_PUBLIC, ADDRESS_PRIVATE, ADDRESS_LOOPBACK };

/*
 * PRIVATE is all that is not globally reachable unicast (IANA special-purpose registries), and all
 * that is no IP address. IPv4 inside IPv6 (mapped, NAT64, 6to4) counts as the IPv4 address.
 */
enum address_kind address_kind(const struct sockaddr *a, socklen_t len);

#endif
