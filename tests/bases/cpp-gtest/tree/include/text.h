#pragma once
#include <string>

class Word {
public:
    explicit Word(std::string text) : text_(std::move(text)) {}
    const std::string& text() const { return text_; }

private:
    std::string text_;
};

std::string trim(const std::string& text);
int number(const std::string& text);
