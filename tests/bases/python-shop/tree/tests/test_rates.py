from pathlib import Path

from shop.rates import Rates

DATA = Path(__file__).parent / "data" / "rates.json"


def test_rate():
    rates = Rates(DATA)
    rates.start()
    rates._thread.join()
    assert rates.rate("CHF") == 0.94
