#pragma once

// How often this process has allocated memory since it began.
unsigned long allocations_made(void);

// Does nothing with a value, which the compiler does not know.
void black_hole(const void *value);
