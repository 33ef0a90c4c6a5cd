-- wrk's script: every request is another booking, each at an hour of its own. Needs WEBHOOK_SECRET, RUN, FROM (seconds since the epoch), STAFF (how many).
local threads = {}
local secret, from, staff = os.getenv('WEBHOOK_SECRET'), tonumber(os.getenv('FROM')), tonumber(os.getenv('STAFF'))
local count = 0
accepted, refused = 0, 0

function setup(thread)
  thread:set('number', #threads)
  table.insert(threads, thread)
end

function request()
  local hour = from + 3600 * (math.floor(count / staff) * 2 + number)
  local dates = os.date('!%Y%m%dT%H%M%SZ', hour) .. '/' .. os.date('!%Y%m%dT%H%M%SZ', hour + 2700)
  local who = string.format('staff-%d%%40clinic.test', count % staff)
  count = count + 1
  local id = string.format('load-%s-%d-%d', os.getenv('RUN'), number, count)
  local body = 'event=booking_new&appointment_status=approved&service_name=Consulta&appointment_id=' .. id
    .. '&staff_email=' .. who .. '&customer_full_name=Customer+' .. id .. '&customer_email=' .. id .. '%40mail.test'
    .. '&add_to_google_calendar_link=https%3A%2F%2Fcalendar.google.com%2Fcalendar%2Frender%3Fdates%3D' .. dates
  local headers = { ['Content-Type'] = 'application/x-www-form-urlencoded', ['X-Webhook-Secret'] = secret }
  return wrk.format('POST', '/webhooks/booknetic', headers, body)
end

function response(status)
  if status == 202 then accepted = accepted + 1 else refused = refused + 1 end
end

function done(summary, latency)
  local total = { accepted = 0, refused = 0 }
  for _, thread in ipairs(threads) do
    total.accepted = total.accepted + thread:get('accepted')
    total.refused = total.refused + thread:get('refused')
  end
  local errors = summary.errors
  print(string.format(
    'RESULT {"accepted":%d,"refused":%d,"broken":%d,"seconds":%f,"median":%f,"low":%f,"high":%f,"p99":%f}',
    total.accepted, total.refused, errors.connect + errors.read + errors.write + errors.timeout, summary.duration / 1e6,
    latency:percentile(50) / 1000, latency:percentile(25) / 1000, latency:percentile(75) / 1000, latency:percentile(99) / 1000))
end
