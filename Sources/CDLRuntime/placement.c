#define _GNU_SOURCE  // for sched_getcpu and CPU_SET
#include "placement.h"

#if defined(__linux__)
#include <sched.h>
#include <stdbool.h>

void dlc_seat_take(dlc_seat *seat) { atomic_store_explicit(seat, sched_getcpu(), memory_order_relaxed); }

/// Takes the CPUs of the other seats out of a set.
static void exclude_others(cpu_set_t *set, const dlc_seat *seat, dlc_seat *seats, int count) {
  for (int i = 0; i < count; i++) {
    int cpu = atomic_load_explicit(&seats[i], memory_order_relaxed);
    if (&seats[i] != seat && cpu >= 0 && cpu < CPU_SETSIZE) CPU_CLR((size_t)cpu, set);
  }
}

static bool is_shared(const dlc_seat *seat, dlc_seat *seats, int count) {
  int cpu = atomic_load_explicit(seat, memory_order_relaxed);
  for (int i = 0; i < count; i++)
    if (&seats[i] != seat && atomic_load_explicit(&seats[i], memory_order_relaxed) == cpu) return true;
  return false;
}

void dlc_seat_take_apart(dlc_seat *seat, dlc_seat *seats, int count) {
  dlc_seat_take(seat);
  if (!is_shared(seat, seats, count)) return;
  cpu_set_t allowed, free;
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return;
  free = allowed;
  exclude_others(&free, seat, seats, count);
  if (CPU_COUNT(&free) == 0) return;
  // Forbidding a thread the CPU it runs on moves it at once.
  if (sched_setaffinity(0, sizeof free, &free) != 0) return;
  dlc_seat_take(seat);
  sched_setaffinity(0, sizeof allowed, &allowed);
}
#else
void dlc_seat_take(dlc_seat *seat) { (void)seat; }

void dlc_seat_take_apart(dlc_seat *seat, dlc_seat *seats, int count) {
  (void)seat;
  (void)seats;
  (void)count;
}
#endif
