// Embeds rules.bin (made by `make generate`) in the read-only data of the binary: no copy, no relocation, and
// processes share the pages.
#include "CRuleTables.h"

// Standard since C23; Clang has it in every mode.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const _Alignas(64) unsigned char tables[] = {
#embed "rules.bin"
};

const void *oktsec_rule_tables(void) { return tables; }
size_t oktsec_rule_tables_length(void) { return sizeof tables; }
