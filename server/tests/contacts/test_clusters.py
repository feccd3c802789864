"""Which places are shown as one, and how wide the circle around them is."""

from openbook.insight.clusters import NO_ACCURACY_KM, Spot, cluster, kilometres
from openbook.insight.schemas import Box

MILAN, LODI, ROME = (45.46, 9.19), (45.31, 9.5), (41.9, 12.48)


def spot(city: str, at: tuple[float, float], count: int, accuracy_km: float | None = 10) -> Spot:
    box = Box(south=at[0], west=at[1], north=at[0], east=at[1])
    return Spot(("IT", city, None), count, at[0], at[1], box, accuracy_km)


def test_what_is_near_is_one_and_what_is_far_is_not() -> None:
    spots = [spot("Lodi", LODI, 2), spot("Milan", MILAN, 7), spot("Rome", ROME, 5)]
    milan, rome = cluster(spots, 1)
    assert (milan.count, milan.places, milan.city) == (9, 2, None)
    assert (milan.latitude, milan.longitude) == MILAN  # where most are
    assert (rome.count, rome.city, rome.country_code) == (5, "Rome", "IT")
    assert len(cluster(spots, 0.1)) == 3
    assert len(cluster(spots, 10)) == 1


def test_the_circle_holds_every_place_and_how_far_off_it_may_be() -> None:
    [both] = cluster([spot("Milan", MILAN, 7), spot("Lodi", LODI, 2, 40)], 1)
    assert both.radius_km >= kilometres(MILAN, LODI) + 40 - 0.1
    assert both.radius_known
    [guessed] = cluster([spot("Milan", MILAN, 1, None)], 1)
    assert guessed.radius_km == NO_ACCURACY_KM and not guessed.radius_known


def test_a_city_that_is_cut_in_two_gives_its_name_to_neither_half() -> None:
    far = (MILAN[0] + 3, MILAN[1])
    halves = cluster([spot("Milan", MILAN, 4), spot("Milan", far, 3)], 1)
    assert [one.count for one in halves] == [4, 3]
    assert [one.city for one in halves] == [None, None]


def test_no_contact_is_lost_or_counted_twice() -> None:
    spots = [spot(str(n), (n % 17 * 3.1, n % 23 * 2.7), 1 + n % 5) for n in range(300)]
    for cell in (0.5, 2, 8, 30):
        found = cluster(spots, cell)
        assert sum(one.count for one in found) == sum(one.count for one in spots)
        for number, one in enumerate(found):
            for other in found[number + 1 :]:
                apart = abs(one.latitude - other.latitude), abs(one.longitude - other.longitude)
                assert max(apart) > cell  # so that circles can be told apart


def test_the_distance_between_cities_is_known() -> None:
    assert 475 < kilometres(MILAN, ROME) < 480
    assert kilometres(MILAN, MILAN) == 0
