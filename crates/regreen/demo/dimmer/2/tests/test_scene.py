from dimmer.lamp import Lamp
from dimmer.scene import Scene


def test_a_scene_dims_the_lamps_it_knows():
    desk, wall = Lamp("desk"), Lamp("wall")
    assert Scene({"desk": 100}).apply([desk, wall]) == 1
    assert (desk.level, wall.level) == (100, 0)
