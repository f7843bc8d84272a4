-- one row per (feed, shape, change, name, file): a header that came, went or was renamed from one file to the next
-- files of one form follow each other by name, which holds their month; "file" is the first one that is different
with
placed as (
    select
        feed,
        shape,
        file,
        header,
        lower(header) as name,
        column_name,
        dense_rank() over (partition by feed, shape order by file) as file_number
    from staging.file_column
),
present as (
    select *
    from placed
    where header is not null
),
came as (
    select
        later.feed,
        later.shape,
        later.file,
        later.header,
        later.column_name,
        earlier_answer.header as earlier_header
    from present as later
    left join present as earlier
        on later.feed = earlier.feed
        and later.shape = earlier.shape
        and later.name = earlier.name
        and later.file_number = earlier.file_number + 1
    left join present as earlier_answer
        on later.feed = earlier_answer.feed
        and later.shape = earlier_answer.shape
        and later.column_name = earlier_answer.column_name
        and later.file_number = earlier_answer.file_number + 1
    where later.file_number > 1 and earlier.name is null
),
went as (
    select
        earlier.feed,
        earlier.shape,
        next_file.file,
        earlier.header,
        earlier.column_name
    from present as earlier
    inner join (select distinct feed, shape, file, file_number from placed) as next_file
        on earlier.feed = next_file.feed
        and earlier.shape = next_file.shape
        and next_file.file_number = earlier.file_number + 1
    left join present as later
        on earlier.feed = later.feed
        and earlier.shape = later.shape
        and later.file_number = earlier.file_number + 1
        and (earlier.name = later.name or earlier.column_name = later.column_name)
    where later.name is null
),
change as (
    select
        feed,
        shape,
        case when earlier_header is null then 'new' else 'renamed' end as change,
        header as name,
        earlier_header,
        column_name,
        file
    from came
    union all
    select
        feed,
        shape,
        'gone' as change,
        header as name,
        cast(null as varchar) as earlier_header,
        column_name,
        file
    from went
)
select
    feed.source,
    change.feed,
    change.shape,
    change.change,
    change.name,
    change.earlier_header,
    change.column_name,
    change.file
from change
inner join staging.feed as feed on change.feed = feed.feed
