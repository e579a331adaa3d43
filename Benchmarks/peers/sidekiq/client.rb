# The producer of Sidekiq: `client.rb single|bulk COUNT LOAD`, which prints one line of JSON.
require "json"
require_relative "tasks"

LOADS = {
  "add" => [Add, [2, 2]],
  "1 KB" => [Length, ["x" * 1000]],
  "100 KB" => [Length, ["x" * 100_000]],
  "1 ms" => [Pause, [0.001]],
}.freeze

def clock(id) = Process.clock_gettime(id)

mode, count, load = ARGV[0], Integer(ARGV[1]), ARGV[2]
task, arguments = LOADS.fetch(load)
Sidekiq.redis(&:ping)
start, cpu = clock(Process::CLOCK_MONOTONIC), clock(Process::CLOCK_PROCESS_CPUTIME_ID)
if mode == "single"
  count.times { task.perform_async(*arguments) }
else
  (0...count).step(1000) do |sent|
    Sidekiq::Client.push_bulk("class" => task, "args" => [arguments] * [1000, count - sent].min)
  end
end
puts JSON.generate(
  seconds: clock(Process::CLOCK_MONOTONIC) - start, cpu: clock(Process::CLOCK_PROCESS_CPUTIME_ID) - cpu
)
