"""The catalogue as the REST interface describes it: each field with what a filter may ask of it."""

from openbook.catalogue.fields import FIELDS
from openbook.catalogue.policy import Policy
from openbook.contacts.reading import SOURCES, TRUSTS
from openbook.contacts.schemas import AttributeShown, Fields, FieldShown
from openbook.contacts.segments import attribute_operators, operators_of


def described(policy: Policy) -> Fields:
    """Every field and every declared attribute, as they are in force under this policy."""
    return Fields(
        fields=[
            FieldShown(
                id=field.id,
                number=field.number,
                label=field.label,
                about=field.about,
                type=field.type,
                section=field.section,
                group=field.group,
                sources=[SOURCES[source] for source in field.sources],
                purpose=field.purpose,
                legal_basis=field.legal_basis,
                retention=field.retention,
                switch=field.switch,
                on=policy.keeps(field.id),
                written_by=list(field.written_by),
                floor=TRUSTS[field.floor],
                limit=field.limit,
                choices=list(field.choices),
                operators=list(operators_of(field.type)),
            )
            for field in FIELDS
        ],
        attributes=[
            AttributeShown(
                name=name,
                type=attribute.type,
                floor=TRUSTS[attribute.floor],
                operators=list(attribute_operators(attribute.type)),
            )
            for name, attribute in sorted(policy.attributes.items())
        ],
    )
