#define _POSIX_C_SOURCE 200809L
#include "doorbell.h"

#include <time.h>

void dlc_doorbell_init(dlc_doorbell *bell) {
  atomic_init(&bell->rings, 0);
  atomic_init(&bell->sleeping, false);
  pthread_mutex_init(&bell->mutex, NULL);
  pthread_cond_init(&bell->condition, NULL);
}

void dlc_doorbell_destroy(dlc_doorbell *bell) {
  pthread_cond_destroy(&bell->condition);
  pthread_mutex_destroy(&bell->mutex);
}

// Each side writes its own variable, then reads the other's, both sequentially consistent: so either the
// ringer sees the sleeper, or the sleeper sees the ring.
void dlc_doorbell_ring(dlc_doorbell *bell) {
  atomic_fetch_add(&bell->rings, 1);
  if (!atomic_load(&bell->sleeping)) return;
  pthread_mutex_lock(&bell->mutex);
  pthread_cond_signal(&bell->condition);
  pthread_mutex_unlock(&bell->mutex);
}

static void pause_briefly(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("isb");
#endif
}

static long nanoseconds_since(const struct timespec *start) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (long)(now.tv_sec - start->tv_sec) * 1000000000L + (now.tv_nsec - start->tv_nsec);
}

static bool poll_rings(dlc_doorbell *bell, unsigned rings, long spin) {
  if (atomic_load(&bell->rings) == rings) return true;
  if (spin <= 0) return false;
  struct timespec start;
  clock_gettime(CLOCK_MONOTONIC, &start);
  do {
    for (int i = 0; i < 16; i++) {
      if (atomic_load_explicit(&bell->rings, memory_order_acquire) == rings) return true;
      pause_briefly();
    }
  } while (nanoseconds_since(&start) < spin);
  return false;
}

void dlc_doorbell_wait(dlc_doorbell *bell, unsigned rings, long spin) {
  if (poll_rings(bell, rings, spin)) return;
  pthread_mutex_lock(&bell->mutex);
  atomic_store(&bell->sleeping, true);
  while (atomic_load(&bell->rings) != rings) pthread_cond_wait(&bell->condition, &bell->mutex);
  atomic_store(&bell->sleeping, false);
  pthread_mutex_unlock(&bell->mutex);
}
