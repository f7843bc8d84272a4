"""What the desk reads of the plans database: three tables, their columns, and what each column must hold."""

from __future__ import annotations

import pyarrow as pa

JSON, FLAG = {"as": "json"}, {"as": "boolean"}  # kept as text and as 0 or 1, whatever the database keeps them as

TABLES: dict[str, pa.Schema] = {
    "plans": pa.schema(
        [
            ("id", pa.int64()),
            ("name", pa.string()),
            ("slug", pa.string()),
            ("price", pa.decimal128(12, 2)),
            ("frequency", pa.string()),
            pa.field("hidden", pa.int64(), metadata=FLAG),
            ("included_credits", pa.int64()),
            ("created_on", pa.date32()),
        ]
    ),
    "gateway_products": pa.schema(
        [
            ("id", pa.int64()),
            ("plan_id", pa.int64()),
            ("gateway", pa.string()),
            ("product_id", pa.string()),
            ("price_id", pa.string()),
        ]
    ),
    "marketplace_pricing_dimensions": pa.schema(
        [
            ("id", pa.int64()),
            ("aws_dimension_name", pa.string()),
            ("dimension_key", pa.string()),
            ("unit", pa.string()),
            ("base_price", pa.decimal128(18, 6)),
            ("included_quantity", pa.int64()),
            ("tier_level", pa.string()),
            ("tier_floor_label", pa.string()),
            pa.field("applicable_plan_ids", pa.string(), metadata=JSON),
            pa.field("pricing_tiers", pa.string(), metadata=JSON),
            pa.field("is_metered", pa.int64(), metadata=FLAG),
            pa.field("express_offer_eligible", pa.int64(), metadata=FLAG),
            ("seeded_on", pa.date32()),
        ]
    ),
}
KEY = "id"


def declared(field: pa.Field) -> str:
    """What a column must hold, in a word: "integer", "boolean", "decimal", "text", "date" or "json"."""
    if field.metadata:
        return str(field.metadata[b"as"].decode())
    kind = field.type
    if pa.types.is_decimal(kind):
        return "decimal"
    if pa.types.is_date(kind):
        return "date"
    return "integer" if pa.types.is_integer(kind) else "text"
