"""An invoice as a page that can be opened and printed: HTML without scripts, and without anything from elsewhere.

Every word that somebody chose (a product's name, a seller's address) is escaped, and the page forbids what it does not
use by a policy of its own: it is read at an address of S3, behind no header of ours.
"""

from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Final

from api.domain.amounts import shown
from api.domain.model import Order, OrderLine

_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_STYLE: Final = """
      body { font: 11pt/1.5 sans-serif; margin: 2cm auto; max-width: 17cm; padding: 0 1em; color: #111 }
      h1 { font-size: 1.6em; font-weight: normal }
      address { font-style: normal; white-space: pre-line }
      dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 2em }
      dd { margin: 0 }
      table { border-collapse: collapse; margin: 2em 0; width: 100% }
      th, td { border-bottom: 1px solid #ccc; padding: .3em .5em; text-align: left; vertical-align: top }
      .number { text-align: right; white-space: nowrap }
      tfoot { font-weight: bold }
      @media print { body { margin: 0 } }
"""


@dataclass(frozen=True, slots=True)
class Numbered:
    """A place in the series of a year, counted from 1, and when it was given."""

    place: int
    issued_at: datetime

    @property
    def name(self) -> str:
        """The invoice's number as it is written: `2026-000042`."""
        return f"{self.issued_at.year}-{self.place:06d}"


@dataclass(frozen=True, slots=True)
class Invoice:
    """What an invoice says. `seller` is a name and an address, line by line."""

    numbered: Numbered
    order: Order
    seller: tuple[str, ...]


def written(invoice: Invoice) -> str:
    """The page: always the same for the same invoice."""
    order, number = invoice.order, invoice.numbered
    facts = {
        "Invoice number": number.name,
        "Date of invoice": number.issued_at.date().isoformat(),
        "Order": order.id,
        "Date of order": order.placed_at.date().isoformat(),
        "Currency": order.total.currency,
    }
    listed = "".join(f"\n      <dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in facts.items())
    lines = "".join(_line(place, line) for place, line in enumerate(order.lines, start=1))
    return f"""<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="{escape(_POLICY)}">
    <meta name="referrer" content="no-referrer">
    <meta name="robots" content="noindex">
    <meta name="viewport" content="width=device-width">
    <title>Invoice {escape(number.name)}</title>
    <style>{_STYLE}    </style>
  </head>
  <body>
    <address>{escape(chr(10).join(invoice.seller))}</address>
    <h1>Invoice {escape(number.name)}</h1>
    <dl>{listed}
    </dl>
    <table>
      <thead>
        <tr><th>No.</th><th>Product</th><th class="number">Pieces</th><th class="number">Price</th>\
<th class="number">Amount</th></tr>
      </thead>
      <tbody>{lines}
      </tbody>
      <tfoot>
        <tr><th colspan="4">Total</th><td class="number">{escape(shown(order.total))}</td></tr>
      </tfoot>
    </table>
    <p>Paid when the order was confirmed. Nothing is left to pay.</p>
  </body>
</html>
"""


def _line(place: int, line: OrderLine) -> str:
    product = f"{escape(line.name)}<br><small>{escape(line.sku)}</small>"
    price, total = escape(shown(line.unit_price)), escape(shown(line.total))
    return f"""
        <tr><td>{place}</td><td>{product}</td><td class="number">{line.quantity}</td>\
<td class="number">{price}</td><td class="number">{total}</td></tr>"""
