from board.board import Board


def test_the_first_labels_are_shown():
    board = Board()
    board.add("pay the rent", ["urgent", "money"])
    board.add("water the plants", ["weekly"])
    shown = board.labels(2)
    assert len(shown) == 2, "two labels have to be shown"
    assert "money" in shown, "money is one of the first two labels"


def test_a_board_without_cards_has_no_labels():
    assert Board().labels(5) == []
