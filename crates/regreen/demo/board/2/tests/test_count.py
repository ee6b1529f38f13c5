from board.board import Board


def test_cards_are_counted_by_label():
    board = Board()
    board.add("a", ["x", "y"])
    board.add("b", ["y"])
    assert board.count("y") == 2
    assert board.count("z") == 0
