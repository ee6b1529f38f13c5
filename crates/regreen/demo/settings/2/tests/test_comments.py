from settings import read


def test_comments_are_passed_over():
    assert read("# a=b\nc = d") == {"c": "d"}
