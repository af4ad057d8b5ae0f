"""What Redis does in one step: compare and write. Whoever is late or repeats itself changes nothing.

A script names all keys that it touches, and they share a hash tag.
"""

APPLY = """
-- KEYS: rebuild, then twice (live, next): scores, enforcement, trust, active, contained, forgotten; history
-- ARGV: live or next, agent, score, log, offset, trust, time, state, epoch, since, gone, ttl_ms, now, history,
--   (id, entry)*
local agent, score, log, offset, trust, time = ARGV[2], ARGV[3], ARGV[4], tonumber(ARGV[5]), ARGV[6], ARGV[7]
local state, epoch, since, gone, ttl = ARGV[8], tonumber(ARGV[9]), ARGV[10], ARGV[11], tonumber(ARGV[12])

local function before(at) -- a worker whose clock is ahead makes nobody old
  return '(' .. math.min(tonumber(at), tonumber(ARGV[13])) - ttl
end

local function prune(scores, board, active)
  local old = redis.call('ZRANGEBYSCORE', active, '-inf', before(time), 'LIMIT', 0, 10)
  for _, gone in ipairs(old) do
    redis.call('HDEL', scores, gone)
    redis.call('ZREM', board, gone)
    redis.call('ZREM', active, gone)
  end
end

local function apply_score(scores, board, active)
  local stored = redis.call('HGET', scores, agent)
  local was = stored and cjson.decode(stored)
  if was and was.log == log and was.offset >= offset then return end
  redis.call('HSET', scores, agent, score)
  redis.call('ZADD', active, time, agent)
  if trust == '' then redis.call('ZREM', board, agent) else redis.call('ZADD', board, trust, agent) end
  prune(scores, board, active)
end

local function prune_forgotten(enforcement, forgotten)
  local old = redis.call('ZRANGEBYSCORE', forgotten, '-inf', before(gone), 'LIMIT', 0, 10)
  for _, name in ipairs(old) do
    redis.call('HDEL', enforcement, name)
    redis.call('ZREM', forgotten, name)
  end
end

local function is_late(stored) -- the state that is forgotten and the note of that have one epoch
  local was = cjson.decode(stored)
  return was.epoch > epoch or (was.epoch == epoch and (was.forgotten or gone == ''))
end

local function apply_state(enforcement, contained, forgotten)
  local stored = redis.call('HGET', enforcement, agent)
  if stored and is_late(stored) then return end
  redis.call('HSET', enforcement, agent, state)
  if since == '' then redis.call('ZREM', contained, agent) else redis.call('ZADD', contained, since, agent) end
  if gone == '' then
    redis.call('ZREM', forgotten, agent)
  else
    redis.call('ZADD', forgotten, gone, agent)
    prune_forgotten(enforcement, forgotten)
  end
end

local function apply(first)
  if score ~= '' then apply_score(KEYS[first], KEYS[first + 2], KEYS[first + 3]) end
  if state ~= '' then apply_state(KEYS[first + 1], KEYS[first + 4], KEYS[first + 5]) end
end

local function later(id, than)
  local a, b = string.match(id, '(%d+)-(%d+)')
  local c, d = string.match(than, '(%d+)-(%d+)')
  a, b, c, d = tonumber(a), tonumber(b), tonumber(c), tonumber(d)
  return a > c or (a == c and b > d)
end

if ARGV[1] == 'live' then apply(2) end
local lease = redis.call('PTTL', KEYS[1])
if lease > 0 then
  apply(8)
  for i = 8, 13 do redis.call('PEXPIRE', KEYS[i], lease) end
end
if #ARGV > 14 then
  local last = redis.call('XREVRANGE', KEYS[14], '+', '-', 'COUNT', 1)
  local newest = last[1] and last[1][1] or '0-0'
  for i = 15, #ARGV, 2 do
    if later(ARGV[i], newest) then
      redis.call('XADD', KEYS[14], 'MAXLEN', '~', ARGV[14], ARGV[i], 'change', ARGV[i + 1])
    end
  end
  redis.call('PEXPIRE', KEYS[14], ttl)
end
return 1
"""

ADVANCE = """
-- KEYS: position; ARGV: (partition, as it was, as it is to be)*
for i = 1, #ARGV, 3 do
  if (redis.call('HGET', KEYS[1], ARGV[i]) or '') == ARGV[i + 1] then
    redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 2])
  end
end
return 1
"""

SAY = """
-- KEYS: health; ARGV: value, its time, ttl_ms
local stored = redis.call('GET', KEYS[1])
if not stored or cjson.decode(stored).time <= tonumber(ARGV[2]) then
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[3])
end
return 1
"""

BEGIN = """
-- KEYS: rebuild, all next keys; ARGV: token, lease in ms
for i = 2, #KEYS do redis.call('UNLINK', KEYS[i]) end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
"""

SWITCH = """
-- KEYS: rebuild, all live keys, all next keys; ARGV: token
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
local count = (#KEYS - 1) / 2
for i = 2, count + 1 do
  redis.call('UNLINK', KEYS[i])
  if redis.call('PERSIST', KEYS[i + count]) == 1 then redis.call('RENAME', KEYS[i + count], KEYS[i]) end
end
redis.call('DEL', KEYS[1])
return 1
"""
