/* SPDX-License-Identifier: Apache-2.0 */
/* What every cmocka test includes first. */
#ifndef APNSCTL_TESTS_UNIT_H
#define APNSCTL_TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
