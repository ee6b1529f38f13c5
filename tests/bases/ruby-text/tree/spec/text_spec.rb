require "text"

RSpec.describe Text do
  it "truncates long texts" do
    expect(Text.truncate("a rather long title")).to eq("a rather lo…")
  end

  it "keeps short texts" do
    expect(Text.truncate("short")).to eq("short")
  end

  it "reads numbers" do
    expect(Text.number("1993")).to eq(1993)
  end
end
