"""What requests about customers may hold: as contracts/openapi.yaml promises it, and a test compares the two."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from api.domain import limits
from api.domain.customer import Address, Choices
from api.domain.money import Currency
from api.domain.profiles import Changes
from api.handlers.schemas import Body, Name

Email = Annotated[
    str, StringConstraints(min_length=limits.EMAIL_LENGTH[0], max_length=limits.EMAIL_LENGTH[1], pattern=limits.EMAIL)
]
Phone = Annotated[
    str, StringConstraints(min_length=limits.PHONE_LENGTH[0], max_length=limits.PHONE_LENGTH[1], pattern=limits.PHONE)
]
PostalCode = Annotated[
    str,
    StringConstraints(
        min_length=limits.POSTAL_CODE_LENGTH[0], max_length=limits.POSTAL_CODE_LENGTH[1], pattern=limits.ONE_LINE
    ),
]
City = Annotated[
    str,
    StringConstraints(min_length=limits.CITY_LENGTH[0], max_length=limits.CITY_LENGTH[1], pattern=limits.ONE_LINE),
]
Country = Annotated[str, StringConstraints(pattern=limits.COUNTRY)]


class AddressBody(Body):
    """One address."""

    street: Name
    postal_code: PostalCode
    city: City
    country: Country

    def address(self) -> Address:
        """As the domain knows it."""
        return Address(self.street, self.postal_code, self.city, self.country)


class ProfileChanges(Body):
    """PATCH /v1/customers/me, a merge patch (RFC 7396): null forgets, and what is not named stays."""

    name: Name | None = None
    email: Email | None = None
    phone: Phone | None = None
    addresses: Annotated[list[AddressBody], Field(max_length=limits.MAX_ADDRESSES)] | None = None

    def changes(self) -> Changes:
        """As the domain knows them."""
        named: dict[str, str | tuple[Address, ...] | None] = {
            name: getattr(self, name) for name in self.model_fields_set - {"addresses"}
        }
        if "addresses" in self.model_fields_set:
            named["addresses"] = tuple(each.address() for each in self.addresses or ())
        return named


class PreferencesBody(Body):
    """PUT /v1/customers/me/preferences."""

    language: Literal["de", "en", "fr", "sv"]
    currency: Currency
    newsletter: bool

    def choices(self) -> Choices:
        """As the domain knows them."""
        return Choices(self.language, self.currency, self.newsletter)


class Standing(Body):
    """PUT /v1/customers/{id}/standing."""

    blocked: bool


class CustomerLookup(Body):
    """POST /v1/customers/lookups."""

    email: Email
