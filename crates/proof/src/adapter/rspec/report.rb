# frozen_string_literal: true

# Writes a report of RSpec's examples, and tells at its end what it holds, in a record made with a key that only
# this run has. RSpec loads this before anything of the project; the key is in a file that is gone by then. What
# is needed for the record is taken now: what the project changes afterwards changes nothing here. No gem is
# activated (and JSON not loaded), for the project may want another version of it.

send(respond_to?(:gem_original_require, true) ? :gem_original_require : :require, "digest")
require "rspec/core"
require "rspec/core/formatters/base_formatter"

module Regreen
  class Report < RSpec::Core::Formatters::BaseFormatter
    RSpec::Core::Formatters.register self, :stop, :dump_summary, :close

    def stop(notification)
      @examples = notification.examples.map { |example| told(example) }
    end

    def dump_summary(summary)
      @summary = {
        "example_count" => summary.example_count,
        "failure_count" => summary.failure_count,
        "pending_count" => summary.pending_count,
        "errors_outside_of_examples_count" => summary.errors_outside_of_examples_count,
      }
    end

    private

    def told(example)
      error = example.exception
      {
        "id" => example.id,
        "full_description" => example.full_description,
        "status" => example.execution_result.status.to_s,
        "file_path" => example.metadata[:file_path],
        "run_time" => example.execution_result.run_time,
        "exception" => error && { "class" => error.class.name.to_s, "message" => error.message.to_s },
      }
    end

    def json(value)
      case value
      when Hash then "{#{value.map { |name, one| "#{json(name)}:#{json(one)}" }.join(",")}}"
      when Array then "[#{value.map { |one| json(one) }.join(",")}]"
      when Integer then value.to_s
      when Float then value.finite? ? value.to_s : "null"
      when nil then "null"
      else
        text = value.to_s.encode("UTF-8", invalid: :replace, undef: :replace).scrub
        "\"#{text.gsub(/["\\\x00-\x1f]/) { |one| format("\\u%04x", one.ord) }}\""
      end
    end
  end
end

start = File.join(__dir__, "start")
key, place = File.read(start).split("\n", 2)
File.delete(start)
pipe = IO.for_fd(1, "wb", autoclose: false).dup
pipe.sync = true
say = pipe.method(:write)
digest = Digest::SHA256.method(:digest)
hexdigest = Digest::SHA256.method(:hexdigest)
write = File.method(:binwrite)
own = Process.pid
pid = Process.method(:pid)

Regreen::Report.send(:define_method, :close) do |_notification|
  # A child that an example forked is not the one who reports.
  next unless pid.call == own

  report = json("examples" => @examples || [], "summary" => @summary || {})
  write.call(place, report)
  text = "[0, \"sealed\", \"#{hexdigest.call(report)}\"]"
  say.call("\n\x1e#{hexdigest.call(key + digest.call(key + text))} #{text}\x1e\n")
end
