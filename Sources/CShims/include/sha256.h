#ifndef OKTSEC_SHA256_H
#define OKTSEC_SHA256_H

#include <stddef.h>
#include <stdint.h>

// SHA-256 (FIPS 180-4). Uses the SHA instructions of the processor where it has them.

typedef struct {
  uint32_t state[8];
  uint64_t length;    // bytes taken in so far
  uint8_t block[64];  // the unfinished block
} shim_sha256;

void shim_sha256_init(shim_sha256 *context);
void shim_sha256_update(shim_sha256 *context, const void *bytes, size_t count);
// Writes 32 bytes. The context must be initialised again before further use.
void shim_sha256_final(shim_sha256 *context, uint8_t *digest);

// One call with the portable code, so that tests can hold both ways against each other. Writes 32 bytes.
void shim_sha256_portable(const void *bytes, size_t count, uint8_t *digest);

#endif
