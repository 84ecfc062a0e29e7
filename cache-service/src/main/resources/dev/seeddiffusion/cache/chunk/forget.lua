-- KEYS: recency, weights, bytes. ARGV: chunk. Answers 1 if it was there, else 0.
local weight = redis.call('HGET', KEYS[2], ARGV[1])
if weight then
  redis.call('ZREM', KEYS[1], ARGV[1])
  redis.call('HDEL', KEYS[2], ARGV[1])
  redis.call('DECRBY', KEYS[3], weight)
end
return weight and '1' or '0'
