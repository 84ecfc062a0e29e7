-- KEYS: recency. ARGV: keys of a chain, in order.
-- Makes the chunks that are there the most recent, each a little less than the one before it.
-- Answers how many are there without a gap, and the time: 'present microseconds'.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local present = 0
for i, chunk in ipairs(ARGV) do
  if not redis.call('ZSCORE', KEYS[1], chunk) then
    break
  end
  present = i
end
for i = 1, present do
  -- GT: a clock that was set back must not put a chunk behind those after it.
  redis.call('ZADD', KEYS[1], 'XX', 'GT', string.format('%.0f', now - i), ARGV[i])
end
return string.format('%d %.0f', present, now)
