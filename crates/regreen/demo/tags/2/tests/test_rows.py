from records.rows import read


def test_a_row_with_a_label():
    assert read({"name": " Ada ", "label": "VIP"}) == {"name": "Ada", "label": "vip"}


def test_a_row_without_a_label():
    assert read({"name": "Grace"}) == {"name": "Grace", "label": None}
