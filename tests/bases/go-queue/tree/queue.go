// Package queue holds jobs in order.
package queue

import (
	"errors"
	"sync"
)

// ErrEmpty says that there is nothing to pop.
var ErrEmpty = errors.New("queue is empty")

// Queue is a queue of names.
type Queue struct {
	mu    sync.Mutex
	names []string
}

// Push appends a name.
func (q *Queue) Push(name string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.names = append(q.names, name)
}

// Pop takes the oldest name.
func (q *Queue) Pop() (string, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.names) == 0 {
		return "", ErrEmpty
	}
	last := len(q.names) - 1
	name := q.names[last]
	q.names = q.names[:last]
	return name, nil
}

// Weight is the price of a job of n parts.
func Weight(n int) int {
	return n*n + 1
}
