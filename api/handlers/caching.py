"""Who may keep an answer, and for how long: one policy per kind of answer."""

from typing import Final

NOBODY: Final = "no-store"
PRODUCT: Final = "public, max-age=60"
PRODUCTS: Final = "public, max-age=30"
DOCUMENT: Final = "public, max-age=300"
OWN_ORDERS: Final = "private, max-age=0, must-revalidate"
