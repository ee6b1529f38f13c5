# Works on text.
module Text
  LIMIT = 12
  FETCH_TIMEOUT = 1

  # Cuts a text to the limit.
  def self.truncate(text)
    return text if text.length <= LIMIT

    text[0, LIMIT]
  end

  # Reads a number.
  def self.number(text)
    Integer(text)
  end
end

# A word.
class Word
  attr_reader :text

  def initialize(text)
    @text = text
  end
end
