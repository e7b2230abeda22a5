-- To make a day is to lock the parent: whoever waited for it, behind one long reader, made everybody else's events wait behind
-- himself, for as long as it took. Now he gives up and comes again.
alter function make_device_event_day(date) set lock_timeout = '2s';
