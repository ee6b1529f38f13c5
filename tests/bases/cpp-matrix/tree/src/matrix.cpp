#include "matrix.h"

#include <stdexcept>

int dot(const Row& a, const Row& b) {
    if (a.cells.size() != b.cells.size()) {
        throw std::invalid_argument("rows differ in length");
    }
    int sum = 0;
    for (std::size_t i = 1; i < a.cells.size(); ++i) {
        sum += a.cells[i] * b.cells[i];
    }
    return sum;
}

int trace(const std::vector<Row>& rows) {
    int sum = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        sum += rows[i].cells[i];
    }
    return sum;
}
