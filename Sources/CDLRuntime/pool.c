#define _GNU_SOURCE  // for sched_getaffinity
#include <sched.h>
#include <stdlib.h>
#include <unistd.h>

#include "dlc_support.h"
#include "doorbell.h"
#include "placement.h"

/// How long a thread polls for the next loop, or for the end of the others' share, before it sleeps. Long
/// enough for the gap between two loops of one model; short enough not to be noticed as load.
enum { SPIN_NANOSECONDS = 50000 };

/// More threads than any machine has; bounds the memory that a wrong argument can ask for.
enum { MAXIMUM_THREADS = 1024 };

typedef struct loop {
  int64_t count;
  int64_t shares;
  void (*body)(void *closure, int64_t begin, int64_t end);
  void *closure;
} loop;

typedef struct worker {
  dlc_doorbell start;
  dlc_pool *pool;
  int64_t share;
  pthread_t thread;
} worker;

struct dlc_pool {
  dlc_doorbell finish;
  unsigned finished;  // rings of `finish` expected so far
  atomic_bool busy;
  bool stopping;
  long spin;
  int threads;
  dlc_seat *seats;  // of every share
  loop loop;
  worker workers[];
};

/// Runs the part of the loop that belongs to one share: the first `count % shares` have one index more.
static void run_share(const loop *loop, int64_t share) {
  int64_t base = loop->count / loop->shares, extra = loop->count % loop->shares;
  int64_t begin = share * base + (share < extra ? share : extra);
  int64_t end = begin + base + (share < extra ? 1 : 0);
  loop->body(loop->closure, begin, end);
}

static void *work(void *argument) {
  worker *self = argument;
  dlc_pool *pool = self->pool;
  for (unsigned rings = 1;; rings++) {
    dlc_doorbell_wait(&self->start, rings, pool->spin);
    if (pool->stopping) return NULL;
    dlc_seat_take_apart(&pool->seats[self->share], pool->seats, pool->threads);
    run_share(&pool->loop, self->share);
    dlc_doorbell_ring(&pool->finish);
  }
}

static void parallel_for(void *argument, int64_t count, void (*body)(void *, int64_t, int64_t), void *closure) {
  dlc_pool *pool = argument;
  if (count <= 1 || pool->threads == 1 || atomic_exchange(&pool->busy, true)) {
    if (count > 0) body(closure, 0, count);
    return;
  }
  int64_t shares = count < pool->threads ? count : pool->threads;
  dlc_seat_take(&pool->seats[0]);
  pool->loop = (loop){count, shares, body, closure};
  for (int64_t share = 1; share < shares; share++) dlc_doorbell_ring(&pool->workers[share - 1].start);
  run_share(&pool->loop, 0);
  pool->finished += (unsigned)(shares - 1);
  dlc_doorbell_wait(&pool->finish, pool->finished, pool->spin);
  atomic_store(&pool->busy, false);
}

/// The CPUs that this process may use.
static long available_cpus(void) {
#if defined(__linux__)
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) return CPU_COUNT(&set);
#endif
  return sysconf(_SC_NPROCESSORS_ONLN);
}

dlc_pool *dlc_pool_create(int threads) {
  if (threads < 1) threads = 1;
  if (threads > MAXIMUM_THREADS) threads = MAXIMUM_THREADS;
  size_t size = sizeof(dlc_pool) + (size_t)(threads - 1) * sizeof(worker);
  dlc_pool *pool = aligned_alloc(_Alignof(dlc_pool), (size + 63) / 64 * 64);
  dlc_seat *seats = malloc((size_t)threads * sizeof *seats);
  if (!pool || !seats) {
    free(pool);
    free(seats);
    return NULL;
  }
  for (int share = 0; share < threads; share++) atomic_init(&seats[share], -1);
  pool->seats = seats;
  dlc_doorbell_init(&pool->finish);
  pool->finished = 0;
  atomic_init(&pool->busy, false);
  pool->stopping = false;
  // Polling only helps where every thread has a CPU of its own.
  pool->spin = available_cpus() >= threads ? SPIN_NANOSECONDS : 0;
  pool->threads = 1;
  for (int share = 1; share < threads; share++) {
    worker *worker = &pool->workers[share - 1];
    worker->pool = pool;
    worker->share = share;
    dlc_doorbell_init(&worker->start);
    if (pthread_create(&worker->thread, NULL, work, worker) != 0) {
      dlc_doorbell_destroy(&worker->start);
      break;
    }
    pool->threads = share + 1;
  }
  return pool;
}

void dlc_pool_destroy(dlc_pool *pool) {
  if (!pool) return;
  pool->stopping = true;
  for (int share = 1; share < pool->threads; share++) {
    worker *worker = &pool->workers[share - 1];
    dlc_doorbell_ring(&worker->start);
    pthread_join(worker->thread, NULL);
    dlc_doorbell_destroy(&worker->start);
  }
  dlc_doorbell_destroy(&pool->finish);
  free(pool->seats);
  free(pool);
}

int dlc_pool_threads(const dlc_pool *pool) { return pool->threads; }

dlc_executor dlc_pool_executor(dlc_pool *pool) { return (dlc_executor){parallel_for, pool}; }
