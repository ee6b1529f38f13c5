package queue

import "testing"

func TestPopsInOrder(t *testing.T) {
	q := &Queue{}
	q.Push("first-job")
	q.Push("second-job")
	name, err := q.Pop()
	if err != nil {
		t.Fatalf("pop: %v", err)
	}
	if name != "first-job" {
		t.Errorf("got %q, want first-job", name)
	}
}

func TestPopOfNothing(t *testing.T) {
	if _, err := (&Queue{}).Pop(); err != ErrEmpty {
		t.Errorf("got %v, want ErrEmpty", err)
	}
}

func TestWeight(t *testing.T) {
	if got := Weight(12); got != 145 {
		t.Errorf("got %d, want 145", got)
	}
}
