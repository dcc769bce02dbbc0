/**
 * What runs inside Redis, each a step that nothing can come between. All begin with the log's key and with the
 * server's run id: who has written to another server before it failed must open the log again.
 */

/** Ids are `<ms>-<seq>`; numbers are exact up to 2^53. */
const COMMON = `
local log = KEYS[1]
local function text(n) return string.format('%.0f', n) end
local function clock()
  local t = redis.call('TIME')
  return t[1] * 1000 + math.floor(t[2] / 1000)
end
local function parse(id)
  local ms, seq = string.match(id, '^(%d+)-(%d+)$')
  return tonumber(ms), tonumber(seq)
end
local function after(a, b)
  local ams, aseq = parse(a)
  local bms, bseq = parse(b)
  if ams == bms then return aseq > bseq end
  return ams > bms
end
local state = redis.call('HMGET', log, 'epoch', 'last', 'server', 'forgotten')
local epoch, last, server, forgotten = state[1], state[2], state[3], state[4]
`;

const CHECKED = `${COMMON}
if not epoch or server ~= ARGV[1] then return redis.error_reply('REOPEN the log was written by another server') end
`;

/** ARGV: run id, an epoch for a new log, 1 if what was written survives the server. Gives the epoch. */
export const OPEN = `${COMMON}
local now = text(clock()) .. '-0'
if not epoch or (server ~= ARGV[1] and ARGV[3] ~= '1') then
  epoch = ARGV[2]
  if not last or after(now, last) then last = now end
  redis.call('HSET', log, 'epoch', epoch, 'last', last)
end
redis.call('HSET', log, 'server', ARGV[1])
return epoch
`;

/**
 * KEYS: log, topics, the topic's stream, the journal, the idempotency key.
 * ARGV: run id, topic, type, data, channel of everything, publish command, maxEvents, maxAgeMs, idempotencyMs,
 * 1 if it goes into the journal, 1 if there is an idempotency key, prefix of streams. A limit of -1 is none.
 * Gives the epoch and the event's row.
 */
export const PUBLISH = `${CHECKED}
local topics, stream, journal, key = KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local topic, kind, json, everything, publish = ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local maxEvents, maxAge, keyMs = tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9])
if ARGV[11] == '1' then
  local first = redis.call('HMGET', key, 'epoch', 'id', 'previous', 'type')
  if first[1] == epoch then
    local found = redis.call('XRANGE', stream, first[2], first[2])[1]
    return { epoch, first[2], first[3], topic, found and found[2][4] or first[4], found and found[2][6] or json }
  end
end
local ms, seq = parse(last)
local now = clock()
if now > ms then ms, seq = now, 0 else seq = seq + 1 end
local id = text(ms) .. '-' .. text(seq)
local before = redis.call('XREVRANGE', stream, '+', '-', 'COUNT', 1)[1]
local previous = before and before[1] or ''
-- Of a topic that was forgotten nobody knows what was before.
local floor = before and previous or forgotten or ''
redis.call('XADD', stream, id, 'previous', floor, 'type', kind, 'data', json)
redis.call('ZADD', topics, text(ms), topic)
redis.call('HSET', log, 'last', id)
if maxEvents >= 0 then redis.call('XTRIM', stream, 'MAXLEN', '=', maxEvents) end
if maxAge >= 0 then
  local limit = now - maxAge
  redis.call('XTRIM', stream, 'MINID', '=', text(math.max(0, limit)))
  for _, old in ipairs(redis.call('ZRANGEBYSCORE', topics, '-inf', '(' .. text(math.max(0, limit)), 'LIMIT', 0, 2)) do
    local final = redis.call('XREVRANGE', ARGV[12] .. old, '+', '-', 'COUNT', 1)[1]
    if final and (not forgotten or after(final[1], forgotten)) then
      forgotten = final[1]
      redis.call('HSET', log, 'forgotten', forgotten)
    end
    redis.call('DEL', ARGV[12] .. old)
    redis.call('ZREM', topics, old)
  end
end
if ARGV[10] == '1' then redis.call('XADD', journal, id, 'previous', previous, 'topic', topic, 'type', kind, 'data', json) end
if ARGV[11] == '1' then
  redis.call('HSET', key, 'epoch', epoch, 'id', id, 'previous', previous, 'type', kind)
  if keyMs >= 0 then redis.call('PEXPIRE', key, keyMs) end
end
local announcement = table.concat({ epoch, id, previous, topic, kind, json }, '\\n')
redis.call(publish, stream, announcement)
redis.call(publish, everything, announcement)
if ARGV[10] == '1' then redis.call(publish, journal, id) end
return { epoch, id, previous, topic, kind, json }
`;

/**
 * KEYS: log, a stream for each topic.
 * ARGV: run id, 'earliest', 'latest', 'position' or 'time', epoch and id to read after, limit, maxBytes, topics.
 * Gives the epoch, the last id, why history is lost or nothing, and the rows of each topic, up to what fills a page.
 */
export const READ = `${CHECKED}
local how, of, since = ARGV[2], ARGV[3], ARGV[4]
local limit, maxBytes = tonumber(ARGV[5]), tonumber(ARGV[6])
if how == 'latest' then return { epoch, last, '' } end
if how == 'time' and after(since, last) then return { epoch, last, '' } end
if how == 'position' and of ~= epoch then return { epoch, last, 'epoch' } end
if how == 'position' and after(since, last) then return { epoch, last, 'ahead' } end
local answer = { epoch, last, '' }
for at = 2, #KEYS do
  local topic = ARGV[at + 5]
  local from, rows, bytes = '-', 0, 0
  if how ~= 'earliest' then
    local oldest = redis.call('XRANGE', KEYS[at], '-', '+', 'COUNT', 1)[1]
    local floor = oldest and oldest[2][2] or not oldest and forgotten or ''
    if floor and floor ~= '' and after(floor, since) then return { epoch, last, 'expired' } end
    from = '(' .. since
  end
  repeat
    local found = redis.call('XRANGE', KEYS[at], from, '+', 'COUNT', math.min(limit + 1 - rows, 64))
    for _, entry in ipairs(found) do
      local fields = entry[2]
      table.insert(answer, { entry[1], fields[2], topic, fields[4], fields[6] })
      rows, bytes, from = rows + 1, bytes + string.len(fields[6]), '(' .. entry[1]
      if rows > limit or (rows > 1 and bytes > maxBytes) then break end
    end
  until #found == 0 or rows > limit or (rows > 1 and bytes > maxBytes)
end
return answer
`;

/** KEYS: log, a stream. ARGV: run id, topic. Gives the epoch and the last row, if there is one. */
export const LATEST = `${CHECKED}
local found = redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', 1)[1]
if not found then return { epoch } end
return { epoch, { found[1], found[2][2], ARGV[2], found[2][4], found[2][6] } }
`;

/** KEYS: log. ARGV: run id, publish command, channel and text of a mark. Gives the epoch and the last id. */
export const HEAD = `${CHECKED}
redis.call(ARGV[2], ARGV[3], ARGV[4])
return { epoch, last }
`;

/** KEYS: log, topics. ARGV: run id, ms. Gives the topics that were published to then or later. */
export const CHANGED = `${CHECKED}
return redis.call('ZRANGEBYSCORE', KEYS[2], ARGV[2], '+inf')
`;

/** KEYS: log, journal. ARGV: run id, id to read after, limit. Gives the epoch, the last id, and rows. */
export const READ_JOURNAL = `${CHECKED}
local answer = { epoch, last }
for _, entry in ipairs(redis.call('XRANGE', KEYS[2], '(' .. ARGV[2], '+', 'COUNT', ARGV[3] + 1)) do
  local fields = entry[2]
  table.insert(answer, { entry[1], fields[2], fields[4], fields[6], fields[8] })
end
return answer
`;

/** KEYS: log, journal. ARGV: run id, id up to which all may go, maxAgeMs. */
export const RELEASE_JOURNAL = `${CHECKED}
local maxAge = tonumber(ARGV[3])
if maxAge < 0 then return 0 end
local ms, seq = parse(ARGV[2])
local limit = clock() - maxAge
if ms < limit then limit = text(ms) .. '-' .. text(seq + 1) else limit = text(math.max(0, limit)) end
return redis.call('XTRIM', KEYS[2], 'MINID', '=', limit)
`;

/** KEYS: records, record keys. ARGV: key and value, and so on; of what is removed the value is missing: '-'. */
export const WRITE_RECORDS = `
for at = 1, #ARGV, 3 do
  if ARGV[at] == '1' then
    redis.call('HSET', KEYS[1], ARGV[at + 1], ARGV[at + 2])
    redis.call('ZADD', KEYS[2], 0, ARGV[at + 1])
  else
    redis.call('HDEL', KEYS[1], ARGV[at + 1])
    redis.call('ZREM', KEYS[2], ARGV[at + 1])
  end
end
`;

/** KEYS: records, record keys. ARGV: prefix, key to go on after or nothing, limit. Gives keys and values. */
export const LIST_RECORDS = `
local from = '[' .. ARGV[1]
if ARGV[2] ~= '' and ARGV[2] >= ARGV[1] then from = '(' .. ARGV[2] end
local answer = {}
for _, key in ipairs(redis.call('ZRANGE', KEYS[2], from, '(' .. ARGV[1] .. '\\255', 'BYLEX', 'LIMIT', 0, ARGV[3])) do
  table.insert(answer, key)
  table.insert(answer, redis.call('HGET', KEYS[1], key))
end
return answer
`;

/** Claims are 'settled' or 'by' an owner. A time of -1 is for ever. */
const PUT_CLAIM = `
local function put(value, ms)
  redis.call('SET', KEYS[1], value)
  if tonumber(ms) >= 0 then redis.call('PEXPIRE', KEYS[1], ms) end
end
`;

/** KEYS: the claim. ARGV: owner, ms. */
export const CLAIM = `${PUT_CLAIM}
local found = redis.call('GET', KEYS[1])
if found == 'settled' then return 'settled' end
if found then return 'running' end
put('by ' .. ARGV[1], ARGV[2])
return 'claimed'
`;

/** KEYS: the claim. ARGV: ms. */
export const SETTLE_CLAIM = `${PUT_CLAIM}
put('settled', ARGV[1])
`;

/** KEYS: the claim. ARGV: owner. */
export const RELEASE_CLAIM = `
if redis.call('GET', KEYS[1]) == 'by ' .. ARGV[1] then redis.call('DEL', KEYS[1]) end
`;
