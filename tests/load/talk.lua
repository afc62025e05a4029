-- talk.lua: wrk says something in one session after the other (SESSIONS: a file
-- with a path a line)
-- SPDX-License-Identifier: MIT
local paths, n = {}, 0
for line in io.lines(os.getenv("SESSIONS")) do paths[#paths + 1] = line end
wrk.method = "POST"
wrk.body = '{"message":"next"}'
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = "Bearer " .. os.getenv("API_KEY")

function request()
	n = n % #paths + 1
	return wrk.format(nil, paths[n])
end
