#pragma once
#include <vector>

struct Row {
    std::vector<int> cells;
};

int dot(const Row& a, const Row& b);
int trace(const std::vector<Row>& rows);
