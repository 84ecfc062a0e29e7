-- KEYS: recency, weights, bytes, doomed. ARGV: chunk, its parent or '', weight, budget, time to live in microseconds.
-- Enters a chunk behind its parent, and makes room: what goes moves from the index to 'doomed', where it stays until
-- somebody has deleted it.
-- Answers 'recency bytes evicted doomed…', recency 0 if the chunk was refused.
local chunk, parent, weight, budget = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local evicted = 0

local function evict(victim)
  redis.call('ZREM', KEYS[1], victim)
  redis.call('DECRBY', KEYS[3], redis.call('HGET', KEYS[2], victim))
  redis.call('HDEL', KEYS[2], victim)
  redis.call('SADD', KEYS[4], victim)
  evicted = evicted + 1
end

for _, expired in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now - ARGV[5]), 'LIMIT', 0, 64)) do
  evict(expired)
end

local recency = now
if parent ~= '' then
  local before = redis.call('ZSCORE', KEYS[1], parent)
  recency = before and before - 1 or 0
end
if recency > 0 then
  if redis.call('ZADD', KEYS[1], 'NX', string.format('%.0f', recency), chunk) == 1 then
    redis.call('HSET', KEYS[2], chunk, weight)
    redis.call('INCRBY', KEYS[3], weight)
  end
  redis.call('SREM', KEYS[4], chunk)
  while tonumber(redis.call('GET', KEYS[3])) > budget do
    local victim = redis.call('ZRANGE', KEYS[1], 0, 0)[1]
    evict(victim)
    if victim == chunk then
      recency = 0
    end
  end
end

local answer = {string.format('%.0f', recency), redis.call('GET', KEYS[3]) or '0', evicted}
for _, doomed in ipairs(redis.call('SRANDMEMBER', KEYS[4], 64)) do
  table.insert(answer, doomed)
end
return table.concat(answer, ' ')
