#pragma once

// How often this process has allocated memory since it began.
unsigned long allocations_made(void);
