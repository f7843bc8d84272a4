-- one row per (account_id, valid_from): what held about an account from a time on; buyers, resellers and we have one
select
    account_id,
    aws_account(aws_account_id) as aws_account_id,
    encrypted_account_id,
    mailing_address_id,
    tax_legal_name,
    utc_instant(valid_from) as valid_from,
    held_from,
    held_until
from held.marketplace_account
