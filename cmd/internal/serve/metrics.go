package serve

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// bounds are the upper ends of the latency histogram's buckets, in seconds.
var bounds = []float64{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10}

// metrics are counted of all requests. Their labels are few: paths that are not
// the server's are counted as other.
type metrics struct {
	running atomic.Int64

	mu       sync.Mutex
	requests map[counted]uint64
	buckets  []uint64 // of POST requests, as bounds, and one more
	seconds  float64
}

type counted struct {
	path string
	code int
}

func newMetrics() *metrics {
	return &metrics{requests: map[counted]uint64{}, buckets: make([]uint64, len(bounds)+1)}
}

// count counts a request that has been answered.
func (m *metrics) count(r *http.Request, code int, took time.Duration) {
	path := "other"
	switch p := r.URL.Path; {
	case p == "/" || p == "/predict" || p == "/healthz" || p == "/readyz" || p == "/metrics":
		path = p
	case strings.HasPrefix(p, "/v2"):
		path = "/v2"
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.requests[counted{path, code}]++
	if isWork(r) {
		i, _ := slices.BinarySearch(bounds, took.Seconds())
		m.buckets[i]++
		m.seconds += took.Seconds()
	}
}

// writeMetrics answers GET /metrics.
func (s *Server) writeMetrics(w http.ResponseWriter, _ *http.Request) {
	var b strings.Builder
	s.metrics.write(&b)
	waiting, batches := 0, map[int]uint64{}
	if s.state.Load() != starting {
		stats := s.predict.Stats()
		waiting, batches = stats.Waiting, stats.Batches
	}
	gauge(&b, "euryale_queue_length", "Samples that wait for a batch.", int64(waiting))
	gauge(&b, "euryale_requests_in_flight", "Requests being worked on.", s.metrics.running.Load())
	gauge(&b, "euryale_memory_free_bytes", "Of the memory for bodies and pictures.", s.memory.free.Load())
	head(&b, "euryale_batches_total", "counter", "Batches run, by the samples in them.")
	for _, size := range slices.Sorted(maps.Keys(batches)) {
		fmt.Fprintf(&b, "euryale_batches_total{size=\"%d\"} %d\n", size, batches[size])
	}
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	w.WriteHeader(http.StatusOK)
	fmt.Fprint(w, b.String())
}

func (m *metrics) write(b *strings.Builder) {
	m.mu.Lock()
	defer m.mu.Unlock()
	head(b, "euryale_requests_total", "counter", "Requests answered, by path and status.")
	keys := slices.SortedFunc(maps.Keys(m.requests), func(x, y counted) int {
		return strings.Compare(fmt.Sprint(x), fmt.Sprint(y))
	})
	for _, k := range keys {
		fmt.Fprintf(b, "euryale_requests_total{path=%q,code=\"%d\"} %d\n", k.path, k.code, m.requests[k])
	}
	const name = "euryale_request_duration_seconds"
	head(b, name, "histogram", "How long POST requests took.")
	var sum uint64
	for i, bound := range bounds {
		sum += m.buckets[i]
		fmt.Fprintf(b, "%s_bucket{le=\"%g\"} %d\n", name, bound, sum)
	}
	sum += m.buckets[len(bounds)]
	fmt.Fprintf(b, "%s_bucket{le=\"+Inf\"} %d\n%s_sum %g\n%s_count %d\n", name, sum, name, m.seconds, name, sum)
}

func head(b *strings.Builder, name, kind, help string) {
	fmt.Fprintf(b, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, kind)
}

func gauge(b *strings.Builder, name, help string, v int64) {
	head(b, name, "gauge", help)
	fmt.Fprintf(b, "%s %d\n", name, v)
}
