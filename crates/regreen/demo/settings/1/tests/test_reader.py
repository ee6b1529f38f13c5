from settings import read


def test_keys_and_values_lose_their_blanks():
    assert read("name = demo\n\nport=80\n") == {"name": "demo", "port": "80"}


def test_only_the_first_equals_sign_separates():
    assert read("filter = a=b=c") == {"filter": "a=b=c"}
