// libudev: what is plugged in, and what comes and goes.
#include <libudev.h>
