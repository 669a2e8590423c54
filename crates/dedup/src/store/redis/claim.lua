#!lua
-- Compares and sets groups of records, all in one slot. Without the flag `allow-oom` a server whose
-- memory is full refuses the call before its first line, so that nothing is ever half-written.
--
-- KEYS: the marker of the partition; then for each group the hashes in which it may stand.
-- ARGV: the marker as the caller knows it; what a missing marker is set to; how many hashes a group
--       has; then for each group: field, expected bytes, new bytes, number of the hash to write,
--       seconds that this hash lives.
-- Reply: the marker; then for each group 1 if it was as expected and is now new, else its bytes.
-- No bytes: no such group. If the marker is another than the caller knows, it alone is the reply.
local since = redis.call('GET', KEYS[1])
if not since then
  since = ARGV[2]
  redis.call('SET', KEYS[1], since)
end
local reply = {since}
if since ~= ARGV[1] then return reply end
local hashes = tonumber(ARGV[3])
local key, arg = 2, 4
while arg <= #ARGV do
  local field, expected, new = ARGV[arg], ARGV[arg + 1], ARGV[arg + 2]
  local current, from = '', key
  for at = key, key + hashes - 1 do
    local bytes = redis.call('HGET', KEYS[at], field)
    if bytes then
      current, from = bytes, at
      break
    end
  end
  if current ~= expected then
    reply[#reply + 1] = current
  else
    reply[#reply + 1] = 1
    if new ~= current then
      local to = key + tonumber(ARGV[arg + 3])
      if new ~= '' then
        redis.call('HSET', KEYS[to], field, new)
        if redis.call('HLEN', KEYS[to]) == 1 then
          redis.call('EXPIRE', KEYS[to], ARGV[arg + 4])
        end
      end
      if current ~= '' and (new == '' or from ~= to) then
        redis.call('HDEL', KEYS[from], field)
      end
    end
  end
  key, arg = key + hashes, arg + 5
end
return reply
