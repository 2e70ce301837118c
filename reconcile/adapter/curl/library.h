/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libcurl, loaded when the first server is spoken to. On Debian it brings twenty libraries with it,
 * which would be two fifths of the start of every command, and most commands speak with no server.
 */
#ifndef APNSCTL_ADAPTER_CURL_LIBRARY_H
#define APNSCTL_ADAPTER_CURL_LIBRARY_H

#include <curl/curl.h>

#include "schema/base/err.h"

#define CURL_FUNCTIONS(X)                                                                          \
	X(easy_cleanup)                                                                            \
	X(easy_getinfo)                                                                            \
	X(easy_init)                                                                               \
	X(easy_setopt)                                                                             \
	X(easy_strerror)                                                                           \
	X(free)                                                                                    \
	X(global_init_mem)                                                                         \
	X(multi_add_handle)                                                                        \
	X(multi_cleanup)                                                                           \
	X(multi_info_read)                                                                         \
	X(multi_init)                                                                              \
	X(multi_perform)                                                                           \
	X(multi_poll)                                                                              \
	X(multi_remove_handle)                                                                     \
	X(slist_append)                                                                            \
	X(slist_free_all)                                                                          \
	X(url)                                                                                     \
	X(url_cleanup)                                                                             \
	X(url_get)                                                                                 \
	X(url_set)                                                                                 \
	X(version_info)

/* Its functions, without "curl_". A number goes to easy_setopt as a long, as its manual says. */
struct curl_library {
#define CURL_FUNCTION(name) __typeof__(curl_##name) *name;
	CURL_FUNCTIONS(CURL_FUNCTION)
#undef CURL_FUNCTION
};

/* Valid when curl_start has returned 0. */
extern struct curl_library curl;

/*
 * Loads libcurl and starts it, once in the process. Passwords and keys pass through its memory, so
 * all of that is wiped when it is freed. ERR_IO: it is not installed, or does not work.
 */
int curl_start(struct err *e);

#endif
