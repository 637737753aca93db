"""How large and of what form things may be.

The same numbers and patterns stand in contracts/openapi.yaml; a test holds the two together.
"""

from typing import Final

SKU: Final = r"^[A-Z0-9][A-Z0-9-]{2,31}$"
SKU_LENGTH: Final = (3, 32)
CATEGORY: Final = r"^[a-z][a-z0-9-]{0,31}$"
CATEGORY_LENGTH: Final = (1, 32)
ORDER_ID: Final = r"^[0-7][0-9A-HJKMNP-TV-Z]{25}$"
CUSTOMER_ID: Final = r"^[A-Za-z0-9:_-]{1,128}$"
"""Whatever the user pool may choose."""
ONE_LINE: Final = "^[^\\u0000-\\u0020\\u007f][^\\u0000-\\u001f\\u007f]*$"
"""Text without control characters that does not begin with a blank."""
MANY_LINES: Final = "^[^\\u0000-\\u0009\\u000b-\\u001f\\u007f]*$"
"""Text whose only control character is the line feed."""
CONTROLS: Final = "[\\u0000-\\u0009\\u000b-\\u001f\\u007f-\\u009f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069]"
"""What no text may hold anywhere: Unicode's control characters (Cc), separators of lines and paragraphs (Zl, Zp), and
controls of direction (the property Bidi_Control; Unicode Standard Annex 9). A name with one of them reads as another
than it is, or breaks the line of a letter. The line feed is left to the patterns above; they are older than this rule
and promised, so what passes them and breaks it is told apart (422)."""
PARTNER_ID: Final = r"^[a-z][a-z0-9-]{2,31}$"
IDEMPOTENCY_KEY: Final = r"^[A-Za-z0-9_-]{8,64}$"
WEBHOOK_ID: Final = r"^[A-Za-z0-9_-]{8,64}$"
PROVIDER_REFERENCE: Final = r"^[A-Za-z0-9_-]{1,64}$"
SCAN_ID: Final = r"^[A-Za-z0-9_-]{8,64}$"
TRACKING_NUMBER: Final = r"^[A-Z0-9]{8,40}$"
CLIENT_ID: Final = r"^[A-Za-z0-9_+-]{1,128}$"
"""Whatever the user pool may call a client (Cognito API reference, UserPoolClientType)."""
TIMESTAMP: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$"
CURSOR: Final = r"^[A-Za-z0-9_-]+$"
CURSOR_LENGTH: Final = (1, 2048)

NAME_LENGTH: Final = (1, 120)
DESCRIPTION_LENGTH: Final = (0, 2000)
SEARCH_LENGTH: Final = (1, 60)
REASON_LENGTH: Final = (1, 200)

EMAIL: Final = r"^[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,8}$"
"""What mail can be sent to; stricter than RFC 5322, which allows what no provider does."""
EMAIL_LENGTH: Final = (5, 254)
PHONE: Final = r"^\+[1-9][0-9]{6,14}$"
"""E.164."""
PHONE_LENGTH: Final = (8, 16)
COUNTRY: Final = r"^[A-Z]{2}$"
POSTAL_CODE_LENGTH: Final = (1, 16)
CITY_LENGTH: Final = (1, 80)
MAX_ADDRESSES: Final = 5

MAX_PRICE: Final = 99_999_999
MAX_TOTAL: Final = 2**53 - 1
"""The largest whole number that every JSON reader keeps exactly."""
MAX_LINES: Final = 20
MAX_QUANTITY: Final = 999
MAX_ADJUSTMENT: Final = 1_000_000
MAX_STOCK: Final = 1_000_000_000
LOW_STOCK: Final = 10
"""Of fewer pieces than these a product is low, and those who buy it in are told when it becomes so."""

PAGE_SIZE: Final = 20
MAX_PAGE_SIZE: Final = 100

MAX_REDRIVE_RATE: Final = 500
"""Messages a second that SQS moves at most (API reference, StartMessageMoveTask)."""

IMPORT_ID: Final = ORDER_ID
MAX_IMPORT_BYTES: Final = 16 * 1024 * 1024
MAX_IMPORT_LINES: Final = 50_000
MAX_IMPORT_LINE_BYTES: Final = 32 * 1024
"""More than a product with the longest description needs, with every letter of it escaped."""
MAX_IMPORT_FAULTS: Final = 20
"""So many of an import's bad lines are told; the others are counted alone."""
