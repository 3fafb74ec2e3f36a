-- What wrk sends, and how it prints the result.
-- wrk … -s requests.lua ADDRESS -- ROUTE KEY APP_ID NAME_OF_THE_RUN
-- ROUTE: create (each uid once in a run), get, update, list, hello

local threads = 0

function setup(thread)
	threads = threads + 1
	thread:set("number", threads)
end

local headers

local routes = {
	create = function(count)
		local uid = run .. "-" .. number .. "-" .. count
		local body = '{"uid":"' .. uid .. '","name":"Kevin","avatar":"https://example.com/a.png"}'
		return wrk.format("POST", "/v3.0/users", headers, body)
	end,
	update = function(count)
		local body = '{"name":"Kevin ' .. count .. '","avatar":"https://example.com/a.png"}'
		local uid = "cometchat-uid-" .. (count % 5 + 1)
		return wrk.format("PUT", "/v3.0/users/" .. uid, headers, body)
	end,
	get = function(count)
		return wrk.format("GET", "/v3.0/users/cometchat-uid-" .. (count % 5 + 1), headers)
	end,
	list = function()
		return wrk.format("GET", "/v3.0/users?perPage=25", headers)
	end,
	hello = function()
		return wrk.format("GET", "/", headers)
	end,
}

function init(args)
	route, run = routes[args[1]], args[4]
	headers = { ["apiKey"] = args[2], ["appId"] = args[3], ["content-type"] = "application/json" }
	count = 0
end

function request()
	count = count + 1
	return route(count)
end

function done(summary, latency)
	local failed = summary.errors.status + summary.errors.connect + summary.errors.read
		+ summary.errors.write + summary.errors.timeout
	io.write(string.format("RESULT %d %d %.0f %d %d\n", summary.requests, failed,
		summary.requests / (summary.duration / 1e6), latency:percentile(50), latency:percentile(99)))
end
