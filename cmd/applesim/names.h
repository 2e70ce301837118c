/* SPDX-License-Identifier: Apache-2.0 */
/* How Apple names a push certificate (apple.md 1.1): the same uuid in the topic and in the row. */
#ifndef APPLESIM_NAMES_H
#define APPLESIM_NAMES_H

#define TOPIC_PREFIX "com.apple.mgmt.External."
#define ROW_PREFIX "APSP:"

enum { UUID_TEXT = 37 /* 8-4-4-4-12 and a NUL */ };

#endif
