"""The name shown for somebody who left none: made from the contact's id, never stored."""

from uuid import UUID

COLOURS = (
    "Amber", "Azure", "Bronze", "Cedar", "Chalk", "Cherry", "Clay", "Clover", "Cobalt", "Copper",
    "Coral", "Cream", "Crimson", "Ebony", "Emerald", "Fern", "Flint", "Ginger", "Golden", "Granite",
    "Hazel", "Honey", "Indigo", "Ivory", "Jade", "Khaki", "Lemon", "Lilac", "Lime", "Maple",
    "Marble", "Mauve", "Mint", "Moss", "Mustard", "Navy", "Ochre", "Olive", "Opal", "Orchid",
    "Peach", "Pearl", "Pine", "Plum", "Quartz", "Rose", "Ruby", "Russet", "Saffron", "Sage",
    "Sand", "Scarlet", "Sepia", "Silver", "Slate", "Snow", "Tawny", "Teal", "Topaz", "Umber",
    "Velvet", "Violet", "Walnut", "Willow",
)  # fmt: skip
ANIMALS = (
    "Badger", "Beaver", "Bison", "Bittern", "Bunting", "Buzzard", "Caribou", "Chamois",
    "Cormorant", "Crane", "Cricket", "Curlew", "Dolphin", "Dormouse", "Dunlin", "Egret", "Falcon",
    "Finch", "Firefly", "Gannet", "Gazelle", "Gecko", "Goldfinch", "Grebe", "Hare", "Hedgehog",
    "Heron", "Hoopoe", "Ibex", "Ibis", "Jackdaw", "Jay", "Kestrel", "Kingfisher", "Lapwing",
    "Lark", "Linnet", "Lynx", "Magpie", "Marten", "Merlin", "Narwhal", "Newt", "Nuthatch",
    "Osprey", "Otter", "Owl", "Partridge", "Petrel", "Pipit", "Plover", "Puffin", "Quail", "Raven",
    "Robin", "Sandpiper", "Seal", "Siskin", "Starling", "Swallow", "Swift", "Tern", "Wagtail",
    "Wren",
)  # fmt: skip


def display_name(name: str | None, email: str | None, user_id: str | None, id: UUID) -> str:
    """What to call a contact: the best that is known, else two words that stay the same."""
    return name or email or user_id or pseudonym(id)


def pseudonym(id: UUID) -> str:
    """`Amber Heron`: from the random end of the id, since its beginning is the time."""
    bits = id.int & 0xFFF
    return f"{COLOURS[bits & 63]} {ANIMALS[bits >> 6]}"
