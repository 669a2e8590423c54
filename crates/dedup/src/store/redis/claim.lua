#!lua
-- Compares and sets groups of records, all in one slot. Without the flag `allow-oom` a server whose
-- memory is full refuses the call before its first line, so that nothing is ever half-written.
--
-- KEYS: the marker of the partition; then for each group the hashes in which it may stand, first the
--       one to write.
-- ARGV: the marker as the caller knows it; what it becomes if everything was lost, the same if the
--       caller has never seen one; how many hashes a group has; then for each group: field, expected
--       bytes, new bytes, seconds that the hash to write lives.
-- Reply: the marker; then for each group 1 if it was as expected and is now new, else its bytes.
-- No bytes: no such group. If the marker is another than the caller knows, it alone is the reply.
local marker, known, after_loss = redis.call('GET', KEYS[1]), ARGV[1], ARGV[2]
local function since(text) return tonumber(string.match(text, '^%-?%d+')) end
-- Another marker that is no later than the known one was set by a process that did not know of any:
-- what the caller has seen is gone.
if not marker or (marker ~= known and known ~= after_loss and since(marker) <= since(known)) then
  marker = after_loss
  redis.call('SET', KEYS[1], marker)
end
local reply = {marker}
if marker ~= known then return reply end
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
      if new ~= '' then
        local added = redis.call('HSET', KEYS[key], field, new)
        if added == 1 and redis.call('HLEN', KEYS[key]) == 1 then
          redis.call('EXPIRE', KEYS[key], ARGV[arg + 3])
        end
      end
      if current ~= '' and (new == '' or from ~= key) then
        redis.call('HDEL', KEYS[from], field)
      end
    end
  end
  key, arg = key + hashes, arg + 4
end
return reply
