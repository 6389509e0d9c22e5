// A counter that one thread rings and one other waits for.
#ifndef DLC_DOORBELL_H
#define DLC_DOORBELL_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

/// Rung by any number of threads, waited for by one. On its own cache line: both sides poll it.
typedef struct dlc_doorbell {
  _Alignas(64) atomic_uint rings;
  atomic_bool sleeping;
  pthread_mutex_t mutex;
  pthread_cond_t condition;
} dlc_doorbell;

void dlc_doorbell_init(dlc_doorbell *bell);
void dlc_doorbell_destroy(dlc_doorbell *bell);

/// Adds one ring and wakes the waiting thread.
void dlc_doorbell_ring(dlc_doorbell *bell);

/// Returns when the number of rings (modulo 2^32) is `rings`: polls for up to `spin` nanoseconds, then
/// sleeps.
void dlc_doorbell_wait(dlc_doorbell *bell, unsigned rings, long spin);

#endif
