#include "matrix.h"

#include <cstdio>

int main() {
    Row a{{17, 23, 5}};
    Row b{{2, 3, 41}};
    int got = dot(a, b);
    if (got != 308) {
        std::printf("dot: got %d, want 308\n", got);
        return 1;
    }
    return 0;
}
