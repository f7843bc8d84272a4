-- one row per (file, line): a line of a metering file that is no event, with its reason and as it stood
select file, line, reason, raw_text
from event_line
where reason <> 'blank'
order by file_number, line
