/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/reconcile/server/dialogue.h"

#include "schema/base/text.h"

static const struct server_expected want = { TOPIC, "0A12", "cc", 1000 };

#define SEEN(...)                                                                                  \
	{                                                                                          \
		.presence = PRESENCE_present, .can_read = true, __VA_ARGS__                        \
	}
#define AT(t) .not_after = (t)

static const struct {
	struct server_observation seen;
	const char *installed_sha256, *state;
} cases[] = {
	{ SEEN(.topic = TOPIC, AT(1000)), NULL, "Match" },
	{ SEEN(.topic = TOPIC, .serial = "a12", AT(TIME_UNKNOWN)), NULL, "Match" },
	{ SEEN(.topic = TOPIC, .serial = "000A12", AT(1000)), "other", "Match" },
	{ SEEN(.topic = TOPIC, AT(1001)), NULL, "Differs" },
	{ SEEN(.topic = TOPIC, .serial = "0A13", AT(1000)), NULL, "Differs" },
	{ SEEN(.topic = TOPIC, .serial = "", AT(1000)), NULL, "Differs" },
	{ SEEN(.topic = "COM.APPLE.MGMT", AT(1000)), NULL, "Differs" },
	/* A topic alone does not tell this year's certificate from last year's. */
	{ SEEN(.topic = TOPIC, AT(TIME_UNKNOWN)), "cc", "Unknown" },
	{ { .presence = PRESENCE_absent, .can_read = true, AT(TIME_UNKNOWN) }, "cc", "Absent" },
	{ { .can_read = true, AT(TIME_UNKNOWN) }, "cc", "Unknown" },
	{ { .can_read = false, AT(TIME_UNKNOWN) }, "cc", "Assumed" },
	{ { .can_read = false, AT(TIME_UNKNOWN) }, "dd", "Differs" },
	{ { .can_read = false, AT(TIME_UNKNOWN) }, NULL, "Unknown" },
};

static void observations_are_compared_by_what_the_server_offers(void **state)
{
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *got =
		    installed_name(server_judge(&cases[i].seen, &want, cases[i].installed_sha256));
		if (!text_eq(got, cases[i].state))
			fail_msg("case %zu: got %s, wanted %s", i, got, cases[i].state);
	}
}

static void names_are_read_back(void **state)
{
	(void)state;

	for (int i = 0; i < PRESENCE_MAX; i++)
		assert_int_equal(presence_of(presence_name((enum presence)i)), i);
	assert_int_equal(presence_of(NULL), PRESENCE_unknown);
	assert_int_equal(presence_of("Present"), PRESENCE_unknown);
}

static void servers_without_an_interface_are_left_to_people(void **state)
{
	(void)state;
	struct want_server s = { .name = "intune", .type = SERVER_Intune };
	struct server_task t = { .work = SERVER_OBSERVE, .server = &s, .want = want };
	struct dialogue d = { 0 };

	for (int type = SERVER_UNSET; type <= SERVER_Manual; type++)
		assert_int_equal(server_is_written((enum server_type)type),
				 type == SERVER_NanoMDM || type == SERVER_Directory);
	dialogue_play(&d, &t, NULL, 0);
	assert_int_equal(d.run.seen.presence, PRESENCE_unknown);
	assert_false(d.run.seen.can_read);
	assert_string_equal(d.run.seen.error,
			    "MDMServer/intune: servers of this type are looked after by a person; "
			    "confirm the upload with confirmedInstall");
	dialogue_end(&d);
}

static struct server_reply read_reply(struct arena *mem, const char *json)
{
	struct server_reply r;

	reply_read(json, strlen(json), mem, &r);
	return r;
}

static void replies_are_read_strictly(void **state)
{
	(void)state;
	struct arena mem = ARENA_INIT;
	int64_t end;

	time_parse("2027-11-24T02:17:11Z", &end);
	assert_int_equal(read_reply(&mem, "{\"not_after\":\"2027-11-24T02:17:11Z\"}").not_after,
			 end);
	assert_int_equal(read_reply(&mem, "{\"notAfter\":\"2027-11-24T02:17:11Z\"}").not_after,
			 end);
	assert_true(read_reply(&mem, "{\"not_after\":\"0001-01-01T00:00:00Z\"}").not_after ==
		    TIME_UNKNOWN);
	assert_null(read_reply(&mem, "{\"topic\":7}").topic);
	assert_true(read_reply(&mem, "{\"topic\":7}").is_object);
	assert_false(read_reply(&mem, "{\"topic\":\"a\",\"topic\":\"b\"}").is_object);
	assert_false(read_reply(&mem, "[]").is_object);
	assert_false(read_reply(&mem, "").is_object);
	assert_false(read_reply(&mem, "{} trailing").is_object);
	arena_release(&mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(observations_are_compared_by_what_the_server_offers),
		cmocka_unit_test(names_are_read_back),
		cmocka_unit_test(servers_without_an_interface_are_left_to_people),
		cmocka_unit_test(replies_are_read_strictly),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
