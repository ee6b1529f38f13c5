import pytest

from settings.reader import SettingsError, read


def test_a_line_without_an_equals_sign_is_named():
    with pytest.raises(SettingsError, match="line 2"):
        read("a=b\nc")
