#pragma once
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct cre2 cre2;

/// Compiles an expression over bytes (Latin-1 mode), leftmost-longest; NULL when RE2 refuses it.
cre2 *cre2_new(const char *expression, size_t length);
void cre2_free(cre2 *expression);

/// The leftmost-longest match that begins at or after `from`; 0 when there is none.
int cre2_next(const cre2 *expression, const char *text, size_t length, size_t from, size_t *start, size_t *end);

#ifdef __cplusplus
}
#endif
