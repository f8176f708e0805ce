-- Sends the lines of a file, each thread its own share of them, when there is a file: a path is asked
-- for, JSON is posted. Says in the end what happened, as one line of JSON.

local threads = 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

function init(args)
  if not args[2] then
    return
  end
  wrk.headers["Content-Type"] = "application/json"
  local requests, line_number, count = {}, 0, tonumber(args[1])
  for line in io.lines(args[2]) do
    if line_number % count == number then
      if line:sub(1, 1) == "/" then
        requests[#requests + 1] = wrk.format("GET", line)
      else
        requests[#requests + 1] = wrk.format("POST", nil, nil, line)
      end
    end
    line_number = line_number + 1
  end
  local last = 0
  request = function()
    last = last % #requests + 1
    return requests[last]
  end
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"requests": %d, "seconds": %f, "p50_ms": %f, "p99_ms": %f, "refused": %d, "broken": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
