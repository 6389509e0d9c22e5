// Keeps the threads of a pool on different CPUs.
#ifndef DLC_PLACEMENT_H
#define DLC_PLACEMENT_H

#include <stdatomic.h>

/// Where a thread was last seen: its CPU, or -1 where that isn't known.
typedef atomic_int dlc_seat;

/// Says that the calling thread runs now.
void dlc_seat_take(dlc_seat *seat);

/// The same, and moves the calling thread where one of the other seats has its CPU while another CPU is free.
///
/// Threads that hand work to each other and sleep in between never look busy at the same time, so a system may leave
/// them on one CPU for long. The set of CPUs that the thread may use stays as it was.
///
/// - Parameters:
///   - seat: the caller's own among the `count` that begin at `seats`.
void dlc_seat_take_apart(dlc_seat *seat, dlc_seat *seats, int count);

#endif
