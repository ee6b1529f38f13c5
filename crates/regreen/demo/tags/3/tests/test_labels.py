from records.labels import canonical


def test_labels_are_made_canonical():
    assert canonical("  Urgent ") == "urgent"
    assert canonical("very\t urgent") == "very urgent"


def test_no_label_stays_no_label():
    assert canonical(None) is None
