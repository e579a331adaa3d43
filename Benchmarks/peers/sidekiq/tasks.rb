# The worker of Sidekiq: `sidekiq -r ./tasks.rb`; its client loads this too.
require "sidekiq"

redis = { url: ENV.fetch("BENCH_URL"), driver: :hiredis }
Sidekiq.logger.level = Logger::ERROR
Sidekiq.configure_client { |config| config.redis = redis }
Sidekiq.configure_server { |config| config.redis = redis }

class Add
  include Sidekiq::Worker
  sidekiq_options queue: "bench"
  def perform(x, y) = x + y
end

class Length
  include Sidekiq::Worker
  sidekiq_options queue: "bench"
  def perform(payload) = payload.length
end

class Pause
  include Sidekiq::Worker
  sidekiq_options queue: "bench"
  def perform(seconds) = sleep(seconds)
end
