// zlib: packed bytes on the network.
#include <zlib.h>
