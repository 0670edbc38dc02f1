-- SPDX-License-Identifier: Apache-2.0
-- Work for the Lua interpreter: trees, words, closures. `lua work.lua PERCENT`.
local percent = tonumber(arg and arg[1]) or 100
local rounds = math.max(1, 5 * percent // 100)

local function tree(depth)
  if depth == 0 then return {} end
  return {tree(depth - 1), tree(depth - 1)}
end

local function count(node)
  return node[1] and 1 + count(node[1]) + count(node[2]) or 1
end

local function words(n)
  local state, list = 42, {}
  for i = 1, n do
    state = (state * 1103515245 + 12345) % 2147483648
    list[i] = "word" .. state % 5000 .. ("x"):rep(state % 23)
  end
  return table.concat(list, " ")
end

local kept = tree(14)
local total = 0
for round = 1, rounds do
  total = total + count(tree(14))
  local seen, order = {}, {}
  for word in words(20000):gmatch("%a+%d*x*") do
    if not seen[word] then order[#order + 1] = word end
    seen[word] = (seen[word] or 0) + 1
  end
  table.sort(order, function(a, b) return seen[a] > seen[b] or seen[a] == seen[b] and a < b end)
  total = total + #table.concat(order, ","):gsub("%d+", function(d) return "<" .. d .. ">" end)
  local add = {}
  for i = 1, 20000 do add[i] = function(x) return x + i end end
  for i = 1, #add do total = total + add[i](round) end
end
print(total, count(kept))
