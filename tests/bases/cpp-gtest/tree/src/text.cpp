#include "text.h"

std::string trim(const std::string& text) {
    std::size_t begin = 0;
    while (begin < text.size() && text[begin] == ' ') {
        ++begin;
    }
    return text.substr(begin);
}

int number(const std::string& text) {
    return std::stoi(text);
}
