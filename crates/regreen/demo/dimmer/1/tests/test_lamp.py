from dimmer.lamp import Lamp


def test_a_level_between_the_limits_is_taken_as_it_is():
    assert Lamp("desk").dim(40) == 40


def test_levels_beyond_the_limits_are_cut():
    lamp = Lamp("desk")
    assert lamp.dim(-5) == 0
    assert lamp.dim(250) == 100
