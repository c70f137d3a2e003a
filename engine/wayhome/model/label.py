"""Labels: two words that people can remember and say aloud, beside the number of a case. Drawn at random; nothing comes from the person.

A label stands on papers and is said on the telephone, of somebody who was sold. So no word is a common first name, none speaks of bodies or of
people, and none can be heard as what was done to them, also not beside another: no fruit, no chains, no market, nothing young, sweet or willing; and none that says how
a return stands (safe, late, first). Chosen by the writers of this program; no case worker has read them yet.
"""

from __future__ import annotations

import re

FIRST = """
airy ample apt arctic balanced basic bold brave breezy bright brisk bronze calm careful civic classic clean clear clever cloudy
coastal common cool copper cosy crisp curious daily dapper daring deft double dotted eastern elastic electric elegant endless even
fair fine fleet fluent floral friendly frosty full fuzzy gallant gentle genuine giant glassy gleaming global glossy golden great
green handy hardy harmonic high icy ideal inner iron ivory keen large lasting lavender leafy level light lilac lively local lofty
long loyal lucid lunar magnetic main major maple marble marine mellow middle mighty mild mindful minty misty modern modest mossy
musical mutual narrow natural near neat nimble noble northern novel ocean orange orderly outer pacific paper pastel patient peaceful
plain polar polite practical precise prime prompt quick quiet radiant rainy rapid relaxed reliable rising robust rural rustic sandy
scenic second serene shaded sharp shiny silver simple sleek slow snowy social solar solid southern splendid spring starry steady
still sturdy subtle sunlit sunny super swift tall teal thorough tidal tidy timely tranquil trusty twin upper upright urban valiant
vast vital vivid warm watchful wavy western wide windy winter wise wooden woolly woven yellow zesty
""".split()  # noqa: SIM905 - to be read at once
SECOND = """
acorn anchor apple apron arch armchair arrow atlas attic avenue badge bakery balcony ball bamboo bank banner barley barn basin bay
beach beacon bead bean bell bench bicycle birch bird biscuit blanket blossom bonfire book boot bottle bowl box branch bread breeze
brick bridge brook broom brush bucket bugle bulb bush butter button cabbage cable cactus cake candle canoe canvas canyon carpet cart
castle cavern cedar ceiling cello chair chalk channel cheese chimney circle citrus clarinet cliff clock cloud clover coast coat
cobble coffee coin column comet compass concert cookie corner cottage cove crane crate creek cricket cube cup cupboard curtain
cushion dam deck delta desert desk diamond dish dome door dough dragonfly drawer drum dune eagle easel echo elm engine envelope
evening fabric falcon farm feather fence fern ferry fiddle field finch flame flask flint flower flute folder forest fork frame
gallery garden garlic gazebo geyser glacier glass globe glove gorge grain granite grape grass gravel grove guitar gull harbour harp
harvest hazelnut helmet heron hill hinge horizon house hut iceberg igloo inlet island jacket jar jetty jigsaw juice kettle kite
kitchen lagoon lake lamp lane lantern lark lattice lawn leaf ledge lemon lens library lighthouse linen lobby loom lotus magnet mango
mantel map marsh mast meadow mill moon morning mosaic moss mountain muffin museum mushroom napkin notebook nutmeg oak oar oasis
oatmeal onion orbit orchard otter owl paddle page paint palace palm pantry parade park parsley path pavement pavilion pea peak pear
pebble pelican pencil pepper piano pier pillar pine pipe planet plate plaza pocket pond poplar porch port potato pottery prairie
prism puddle pumpkin puzzle quartz quilt radio railway rain rainbow raisin ramp reed reef ribbon ridge river road rocket roof room
saddle sail salad salt sand satchel saucer scarf seashore shed shell shelf shore shrub signal sky slate sled snow sparrow spice
spiral spire spoon spruce stair star station steam stone stool stove stream sunrise swallow swan table tambourine tangerine tea
teapot tent terrace thicket thimble thread tide tile timber toast tomato town track trail train tree trumpet tulip tunnel turnip
twig umbrella valley vase veranda village vine violin wagon walnut waterfall wave wharf wheat wheel whistle willow window wool
workshop yard yarn
""".split()  # noqa: SIM905 - to be read at once
_SHAPE = re.compile(r"[a-z]{3,12}[- ][a-z]{3,12}(?:[- ][0-9]{1,6})?")


def label_from(random_bits: int) -> str:
    """Make a label of 32 random bits."""
    return f"{FIRST[(random_bits >> 16) % len(FIRST)]}-{SECOND[random_bits % 65_536 % len(SECOND)]}"


def read_label(text: object) -> str | None:
    """Read a label as people type it, with a blank or a dash; None when it has not the shape of one."""
    said = " ".join(text.lower().split()) if isinstance(text, str) else ""
    return said.replace(" ", "-") if _SHAPE.fullmatch(said) else None


def label_begins(text: str) -> str:
    """Give how a label begins of which this is typed."""
    return "-".join(text.lower().split())


def is_drawn(text: str) -> bool:
    """Say whether it is made of the words of which labels are drawn, as people type it."""
    first, _, second = (read_label(text) or "").partition("-")
    return first in FIRST and second.partition("-")[0] in SECOND
