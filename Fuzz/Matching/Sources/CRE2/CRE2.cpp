#include "CRE2.h"

#include <re2/re2.h>

struct cre2 {
  re2::RE2 expression;
};

static re2::RE2::Options options() {
  re2::RE2::Options options;
  options.set_encoding(re2::RE2::Options::EncodingLatin1);
  options.set_longest_match(true);
  options.set_log_errors(false);
  options.set_max_mem(64 << 20);
  return options;
}

cre2 *cre2_new(const char *expression, size_t length) {
  cre2 *made = new cre2{re2::RE2(re2::StringPiece(expression, length), options())};
  if (made->expression.ok()) return made;
  delete made;
  return nullptr;
}

void cre2_free(cre2 *expression) { delete expression; }

int cre2_next(const cre2 *expression, const char *text, size_t length, size_t from, size_t *start, size_t *end) {
  re2::StringPiece match;
  if (!expression->expression.Match(re2::StringPiece(text, length), from, length, re2::RE2::UNANCHORED, &match, 1)) return 0;
  *start = match.data() - text;
  *end = *start + match.size();
  return 1;
}
