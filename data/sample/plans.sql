-- The plan database as the listing specification of 2026-05-09 records it, contradictions included:
-- the included quantities are one uniform column although tiers differ, team_seats says 0, gtm_workflows is
-- printed "Starter+" although its level is 'any', only words has volume bands, yearly Stripe prices are missing.
-- Portable: the same text loads into SQLite, MariaDB and PostgreSQL. JSON is kept as TEXT.

create table plans (
    id integer not null primary key,
    name varchar(64) not null,
    slug varchar(64) not null,
    price decimal(12, 2),
    frequency varchar(16) not null,
    hidden integer not null,
    included_credits integer,
    created_on date not null
);

-- Plan id 5 was deleted in the clean-up of 2026-05-06.
insert into plans (id, name, slug, price, frequency, hidden, included_credits, created_on) values
    (1, 'Starter', 'starter', 299.00, 'monthly', 0, 500, '2024-11-01'),
    (2, 'Accelerate', 'accelerate', 1499.00, 'monthly', 0, 2500, '2024-11-01'),
    (3, 'Command', 'command_plus', 3999.00, 'monthly', 0, 10000, '2024-11-01'),
    (4, 'Enterprise', 'enterprise', null, 'custom', 1, null, '2024-11-01'),
    (6, 'Starter', 'starter', 2990.00, 'yearly', 0, 500, '2024-11-01'),
    (7, 'Accelerate', 'accelerate', 14990.00, 'yearly', 0, 2500, '2024-11-01'),
    (8, 'Command', 'command_plus', 39990.00, 'yearly', 0, 10000, '2024-11-01');

create table gateway_products (
    id integer not null primary key,
    plan_id integer not null,
    gateway varchar(16) not null,
    product_id varchar(64) not null,
    price_id varchar(64)
);

insert into gateway_products (id, plan_id, gateway, product_id, price_id) values
    (1, 1, 'stripe', 'prod_UTtKp8BBHoo8jC', 'price_1TUvXMJ64NJeR1n97xgOUuuC'),
    (2, 2, 'stripe', 'prod_UTtQTDFcw2hGF8', 'price_1TUve1J64NJeR1n96ngyir9W'),
    (3, 3, 'stripe', 'prod_UTta7cxYfFBD8V', 'price_1TUvnjJ64NJeR1n9NJoAt6Jo'),
    (4, 6, 'stripe', 'prod_UTtKp8BBHoo8jC', null),
    (5, 7, 'stripe', 'prod_UTtQTDFcw2hGF8', null),
    (6, 8, 'stripe', 'prod_UTta7cxYfFBD8V', null);

create table marketplace_pricing_dimensions (
    id integer not null primary key,
    aws_dimension_name varchar(64) not null,
    dimension_key varchar(64) not null,
    unit varchar(64) not null,
    base_price decimal(18, 6) not null,
    included_quantity integer not null,
    tier_level varchar(16) not null,
    tier_floor_label varchar(32) not null,
    applicable_plan_ids text not null,
    pricing_tiers text,
    is_metered integer not null,
    express_offer_eligible integer not null,
    seeded_on date not null
);

insert into marketplace_pricing_dimensions (
    id, aws_dimension_name, dimension_key, unit, base_price, included_quantity, tier_level, tier_floor_label,
    applicable_plan_ids, pricing_tiers, is_metered, express_offer_eligible, seeded_on
) values
    (1, 'Words', 'words', 'per 1,000 words', 0.001, 50000, 'any', 'any', '[1,2,3,4,6,7,8]',
        '[{"above":0,"price":"0.001"},{"above":100000,"price":"0.0008"},{"above":500000,"price":"0.0006"}]',
        1, 1, '2026-02-03'),
    (2, 'Images', 'images', 'per image', 0.050, 100, 'any', 'any', '[1,2,3,4,6,7,8]', null, 1, 1, '2026-02-03'),
    (3, 'AudioMinutes', 'audio_minutes', 'per minute', 0.010, 30, 'accelerate', 'Accelerate+', '[2,3,4,7,8]',
        null, 1, 1, '2026-02-03'),
    (4, 'VideoMinutes', 'video_minutes', 'per minute', 0.500, 5, 'command', 'Command+', '[3,4,8]', null, 1, 1,
        '2026-02-03'),
    (5, 'APIRequests', 'api_requests', 'per 1,000 reqs', 0.010, 10000, 'accelerate', 'Accelerate+',
        '[2,3,4,7,8]', null, 1, 1, '2026-02-03'),
    (6, 'GTMWorkflows', 'gtm_workflows', 'per workflow', 5.000, 5, 'any', 'Starter+', '[1,2,3,4,6,7,8]', null,
        1, 1, '2026-02-03'),
    (7, 'TeamSeats', 'team_seats', 'per seat/month', 29.000, 0, 'any', 'any', '[1,2,3,4,6,7,8]', null, 0, 1,
        '2026-02-03'),
    (8, 'SEOCredits', 'seo_credits', 'per credit', 0.100, 50, 'any', 'any', '[1,2,3,4,6,7,8]', null, 1, 1,
        '2026-02-03');
