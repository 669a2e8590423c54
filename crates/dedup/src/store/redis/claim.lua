-- Compares and sets groups of records, all in one slot. The line that is put before this one says
-- whether a server whose memory is full refuses the call before its first line (claims: nothing is
-- ever half-written) or lets it run (settlements: they make what is kept smaller).
--
-- KEYS: the marker of the partition; the classes in use there; then for each group the hashes in which
--       it may stand, first the one to write.
-- ARGV: the marker as the caller knows it, which begins with a moment and ends with the layout; what
--       it becomes if everything was lost, the same if the caller has never seen one; the time here as
--       far as the caller knows, in milliseconds; the classes of the hashes that follow, one letter
--       each; 1 if replicas are waited for; how many hashes a group has; then for each group: field,
--       expected bytes, new bytes, seconds that the hash to write lives.
-- Reply: the marker; the classes in use; the time; then for each group 1 if it was as expected and is
-- now new, else its bytes. No bytes: no such group. If marker or time are others than the caller knows,
-- or hashes of a class in use were not given, there is nothing after the first three.
local marker, used = unpack(redis.call('MGET', KEYS[1], KEYS[2]))
local known, after_loss, believed, classes = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4]
local time = redis.call('TIME')
time = time[1] * 1000 + math.floor(time[2] / 1000)
local function since(text) return tonumber(string.match(text, '^%-?%d+')) end
-- Another marker that is no later than the known one was set by a process that did not know of any:
-- what the caller has seen is gone.
if not marker or (marker ~= known and known ~= after_loss and since(marker) <= since(known)) then
  marker = after_loss
  redis.call('SET', KEYS[1], marker)
end
used = used or ''
local reply = {marker, used, time}
-- What is held was judged by the time. Some has passed since, on the way here: five seconds at most,
-- which holds are longer than.
if marker ~= known or math.abs(time - believed) > 5000
    or string.find(used, '[^' .. classes .. ']') then
  return reply
end
if used ~= classes then redis.call('SET', KEYS[2], classes) end
-- WAIT counts from a connection's last write. What is found here may be another connection's, so a
-- call that is waited for always writes.
if ARGV[5] == '1' then redis.call('SET', KEYS[1], marker) end
local hashes = tonumber(ARGV[6])
local key, arg = 3, 7
while arg <= #ARGV do
  local field, expected, new = ARGV[arg], ARGV[arg + 1], ARGV[arg + 2]
  local current, from
  -- What is thought to be new is looked for elsewhere first: then one call finds it here or sets it.
  local is_new = expected == '' and new ~= ''
  for at = is_new and key + 1 or key, key + hashes - 1 do
    current = redis.call('HGET', KEYS[at], field)
    if current then
      from = at
      break
    end
  end
  if is_new and not current then
    if redis.call('HSETNX', KEYS[key], field, new) == 0 then
      current = redis.call('HGET', KEYS[key], field)
    elseif redis.call('HLEN', KEYS[key]) == 1 then
      redis.call('EXPIRE', KEYS[key], ARGV[arg + 3])
    end
  end
  current = current or ''
  if current ~= expected then
    reply[#reply + 1] = current
  else
    reply[#reply + 1] = 1
    if not is_new and new ~= current then
      if new ~= '' and redis.call('HSET', KEYS[key], field, new) == 1
          and redis.call('HLEN', KEYS[key]) == 1 then
        redis.call('EXPIRE', KEYS[key], ARGV[arg + 3])
      end
      if new == '' or from ~= key then
        redis.call('HDEL', KEYS[from], field)
      end
    end
  end
  key, arg = key + hashes, arg + 4
end
return reply
