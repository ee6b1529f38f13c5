package queue

import (
	"os"
	"strings"
	"time"
)

// LockTimeout is how long a lock is waited for.
const LockTimeout = 50 * time.Millisecond

// Load reads names from a file, one a line.
func Load(path string) (*Queue, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	q := &Queue{}
	for _, name := range strings.Split(string(data), "\n") {
		q.Push(name)
	}
	return q, nil
}
