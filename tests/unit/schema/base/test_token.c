/* SPDX-License-Identifier: Apache-2.0 */
/* What is shown of a text that holds a secret. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "schema/base/token.h"

#define AWS "AKIA" "IOSFODNN7EXAMPLE"

static void masked(const char *text, const char *wanted)
{
	char copy[256];

	assert_true(strlen(text) < sizeof(copy));
	memcpy(copy, text, strlen(text) + 1);
	token_mask(copy, strlen(copy));
	assert_string_equal(copy, wanted);
}

static void the_password_of_a_url_is_masked(void **state)
{
	(void)state;
	masked("url is \"https://admin:S3cret.Pw@mdm.example:443/v1\"",
	       "url is \"https://admin:*********@mdm.example:443/v1\"");
	masked("htps://a:b@c, x://d:ef@g", "htps://a:*@c, x://d:**@g");
	masked("ssh://git@host, https://host:443/a@b, http://[::1]:80, https://a:@b",
	       "ssh://git@host, https://host:443/a@b, http://[::1]:80, https://a:@b");
	masked("https://a:b", "https://a:b");
}

static void what_stands_beside_a_token_is_masked_in_a_line(void **state)
{
	char text[] = "a: wJalrXUtnFEMIK7MDENGbPxRf\n"
		      "# " AWS " secret = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY short\n"
		      "b: wJalrXUtnFEMIK7MDENGbPxRf\n";

	(void)state;
	token_mask_lines(text, strlen(text));
	assert_string_equal(text, "a: wJalrXUtnFEMIK7MDENGbPxRf\n"
				  "# AKIA**************** secret = "
				  "**************************************** short\n"
				  "b: wJalrXUtnFEMIK7MDENGbPxRf\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_password_of_a_url_is_masked),
		cmocka_unit_test(what_stands_beside_a_token_is_masked_in_a_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
