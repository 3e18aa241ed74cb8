#ifndef OKTSEC_RULE_TABLES_H
#define OKTSEC_RULE_TABLES_H

#include <stddef.h>

/// The compiled rules, aligned to 64 bytes. Read-only; lives as long as the process.
const void *oktsec_rule_tables(void);
size_t oktsec_rule_tables_length(void);

#endif
