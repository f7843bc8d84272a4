-- one row per (file, line): a line of a metering file that is not loaded, with its reason and as it stood
select
    event_file.file,
    event_fault.line,
    event_fault.reason,
    event_fault.raw_text
from event_fault
inner join event_file on event_fault.file_number = event_file.file_number
where event_fault.reason <> 'blank'
order by event_fault.file_number, event_fault.line
