"""What customers have told, as JSON: property by property, and nothing where nothing was told."""

from collections.abc import Collection

from api.domain.customer import Address, Preferences, Profile
from api.domain.instants import written
from api.handlers.views import Object


def profile(profile: Profile) -> Object:
    """Profile. One that is not kept yet has no times."""
    person = profile.person
    told: Object = {"name": person.name, "email": person.email, "phone": person.phone}
    times: Object = {"created_at": written(profile.created_at), "updated_at": written(profile.updated_at)}
    return {
        "id": profile.customer,
        **{name: value for name, value in told.items() if value is not None},
        "addresses": [_address(address) for address in person.addresses],
        **(times if profile.version else {}),
    }


def preferences(preferences: Preferences) -> Object:
    """Preferences."""
    choices = preferences.choices
    return {"language": choices.language, "currency": choices.currency, "newsletter": choices.newsletter}


def found(customers: Collection[str]) -> Object:
    """FoundCustomers: numbers, and nothing of what they stand for."""
    return {"items": [{"id": customer} for customer in customers]}


def _address(address: Address) -> Object:
    return {
        "street": address.street,
        "postal_code": address.postal_code,
        "city": address.city,
        "country": address.country,
    }
