/* The roll call: who is in the room hears what is said in it. */
#ifndef TEAHOUSE_BENCH_ROLL_H
#define TEAHOUSE_BENCH_ROLL_H

#include "crowd.h"

/* The first member says its message `seq`, at the first door; whether every one of the members
 * reads it. All must be at that door. Afterwards what is read is thrown away. */
bool roll_call(struct crowd *c, uint64_t seq);

#endif
