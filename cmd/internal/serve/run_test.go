package serve_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"euryale/cmd/internal/serve"
	"euryale/loaders"
)

// running is a server on a port of its own.
type running struct {
	*serve.Server
	url   string
	end   context.CancelFunc
	ended chan error
}

func serving(t testing.TB, c serve.Config) *running {
	t.Helper()
	s := cold(t, c)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	r := &running{s, "http://" + l.Addr().String(), cancel, make(chan error, 1)}
	go func() { r.ended <- s.Serve(ctx, l) }()
	t.Cleanup(cancel)
	for range 500 {
		if a, err := http.Get(r.url + "/readyz"); err == nil {
			a.Body.Close()
			if a.StatusCode == 200 {
				return r
			}
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("want it ready, got nothing")
	return nil
}

// query is what a client sends, and what is to come of it.
type query struct {
	body   []byte
	status int
	want   []float32 // probabilities of a valid one
}

// queries are valid ones and others.
func queries(t testing.TB, r *running) []query {
	var all []query
	network := untrained(t)
	for i := range 40 {
		m := drawn(i)
		q := query{pngOf(t, m), 200, direct(t, network, m.Pix)}
		if i%2 == 1 {
			q.body = []byte(nested(m.Pix, 28))
		}
		all = append(all, q)
	}
	whole := pngOf(t, drawn(1))
	rows := nested(drawn(1).Pix, 28)
	for _, body := range [][]byte{nil, []byte("hello"), whole[:60], []byte(rows[:900]), []byte(`{"image":[[[[`), []byte(`[[1e999]]`), append(whole[:30:30], whole[50:]...)} {
		all = append(all, query{body: body, status: 400})
	}
	return append(all, query{body: bytes.Repeat([]byte(" "), 9<<20), status: 413})
}

// send sends a query, and reports what is wrong with its answer. An error is that
// none came.
func (q *query) send(client *http.Client, url string) (wrong string, err error) {
	a, err := client.Post(url+"/predict", "", bytes.NewReader(q.body))
	if err != nil {
		return "", err
	}
	defer a.Body.Close()
	text, err := io.ReadAll(a.Body)
	if err != nil {
		return "", err
	}
	if a.StatusCode != q.status {
		return fmt.Sprintf("want %d, got %d %s", q.status, a.StatusCode, text), nil
	}
	var got serve.Answer
	if err := json.Unmarshal(text, &got); err != nil {
		return fmt.Sprintf("want JSON, got %s", text), nil
	}
	if q.status == 200 && !cmp.Equal(q.want, got.Probabilities) {
		return fmt.Sprintf("want %v, got %v", q.want, got.Probabilities), nil
	}
	return "", nil
}

// client is one of so many connections.
func client(connections int) *http.Client {
	return &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: connections, MaxConnsPerHost: connections}}
}

// TestUnderLoad sends 100,000 requests, 64 at a time, malformed ones among them:
// every one is answered as it should be, each valid one in the bits of a program
// that runs it alone, and memory stays what it is.
func TestUnderLoad(t *testing.T) {
	count := 100_000
	if testing.Short() || raced {
		count = 4000
	}
	r := serving(t, serve.Config{Timeout: 5 * time.Minute}) // the machine may be busy with something else
	all := queries(t, r)
	c := client(64)
	var sent atomic.Int64
	wave := func(n int) {
		var wg sync.WaitGroup
		until := sent.Load() + int64(n)
		for g := range 64 {
			wg.Go(func() {
				rng := rand.New(rand.NewPCG(uint64(g), uint64(n)))
				for sent.Add(1) <= until {
					i := rng.IntN(len(all))
					if len(all[i].body) > 1<<20 && rng.IntN(100) > 0 { // for whose end the connection waits
						i = 0
					}
					if wrong, err := all[i].send(c, r.url); err != nil && all[i].status != 413 || wrong != "" {
						t.Errorf("query %d: %s, error %v", i, wrong, err)
						return
					}
				}
			})
		}
		wg.Wait()
		sent.Store(until)
	}
	wave(count / 10)
	before, routines := inUse(), runtime.NumGoroutine()
	start := time.Now()
	wave(count - count/10)
	took := time.Since(start)
	after := inUse()
	t.Logf("%d requests, %.0f a second; %d KiB in use before, %d after; batches %s", count, float64(count-count/10)/took.Seconds(), before>>10, after>>10, batches(t, r))
	if after > before+2<<20 {
		t.Errorf("want flat memory, got %d KiB more", (after-before)>>10)
	}
	if n := runtime.NumGoroutine(); n > routines+16 {
		t.Errorf("want about %d goroutines, got %d", routines, n)
	}
	c.CloseIdleConnections()
	r.end()
	if err := <-r.ended; err != nil {
		t.Error(err)
	}
}

// batches are those that ran, by size.
func batches(t testing.TB, h http.Handler) string {
	lines := regexp.MustCompile(`euryale_batches_total\{size="(\d+)"\} (\d+)`).FindAllStringSubmatch(send(h, "GET", "/metrics", nil).Body.String(), -1)
	var all []string
	for _, l := range lines {
		all = append(all, l[1]+"×"+l[2])
	}
	return strings.Join(all, " ")
}

// inUse is the heap when all that nobody reaches has gone.
func inUse() int64 {
	var m runtime.MemStats
	for range 3 {
		runtime.GC()
	}
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// TestNothingIsLost ends the server while 64 clients ask: each request that it has
// begun is answered in full, and rightly, and what was not taken was told so.
func TestNothingIsLost(t *testing.T) {
	for round := range 5 {
		r := serving(t, serve.Config{Drain: 100 * time.Millisecond})
		all := queries(t, r)[:40]
		c := client(64)
		var answers atomic.Int64
		var wg sync.WaitGroup
		for g := range 64 {
			wg.Go(func() {
				for i := g; ; i++ {
					wrong, err := all[i%len(all)].send(c, r.url)
					if err != nil {
						return // nobody listens any more
					}
					answers.Add(1)
					if wrong != "" {
						t.Error(wrong)
						return
					}
				}
			})
		}
		time.Sleep(time.Duration(100+30*round) * time.Millisecond)
		r.end()
		if err := <-r.ended; err != nil {
			t.Error(err)
		}
		wg.Wait()
		if begun := counted(t, r); begun != answers.Load() || begun == 0 {
			t.Errorf("want all of %d requests that were begun answered, got %d", begun, answers.Load())
		}
	}
}

// counted is how many requests for predictions were.
func counted(t testing.TB, h http.Handler) (n int64) {
	t.Helper()
	for _, m := range regexp.MustCompile(`path="/predict",code="\d+"\} (\d+)`).FindAllStringSubmatch(send(h, "GET", "/metrics", nil).Body.String(), -1) {
		k, err := strconv.ParseInt(m[1], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		n += k
	}
	return n
}

// TestIdleConnection: one that nobody uses does not keep the server from ending.
func TestIdleConnection(t *testing.T) {
	r := serving(t, serve.Config{Drain: time.Millisecond})
	c, err := net.Dial("tcp", strings.TrimPrefix(r.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := client(1).Get(r.url + "/healthz"); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	r.end()
	if err := <-r.ended; err != nil || time.Since(start) > 8*time.Second {
		t.Errorf("want it ended soon, got error %v after %v", err, time.Since(start))
	}
	if _, err := c.Read(make([]byte, 1)); err == nil {
		t.Error("want the connection closed")
	}
}

// TestStall: who sends nothing for a while is let go, and who sends slowly, but
// does, is not.
func TestStall(t *testing.T) {
	r := serving(t, serve.Config{Stall: 300 * time.Millisecond})
	body := nested(drawn(1).Pix, 28)
	post := func(pause time.Duration, pieces int) string {
		c, err := net.Dial("tcp", strings.TrimPrefix(r.url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		fmt.Fprintf(c, "POST /predict HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\n\r\n", len(body))
		for i := range pieces {
			time.Sleep(pause)
			fmt.Fprint(c, body[i*len(body)/8:(i+1)*len(body)/8])
		}
		answer, _ := io.ReadAll(c)
		status, _, _ := strings.Cut(string(answer), "\r\n")
		return status
	}
	if got := post(100*time.Millisecond, 8); got != "HTTP/1.1 200 OK" {
		t.Errorf("slow: want 200, got %q", got)
	}
	stalled, err := net.Dial("tcp", strings.TrimPrefix(r.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer stalled.Close()
	fmt.Fprint(stalled, "POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n[") // with nothing said of closing
	stalled.SetReadDeadline(time.Now().Add(5 * time.Second))
	if answer, err := io.ReadAll(stalled); err != nil || !strings.HasPrefix(string(answer), "HTTP/1.1 408 ") {
		t.Errorf("stalled: want 408 and the end, got %q and error %v", answer, err)
	}
	if got := post(0, 4); got != "HTTP/1.1 408 Request Timeout" {
		t.Errorf("stalled: want 408, got %q", got)
	}
}

// TestDrip: a body that comes byte by byte does not hold its connection for ever.
func TestDrip(t *testing.T) {
	r := serving(t, serve.Config{Body: 300 * time.Millisecond})
	c, err := net.Dial("tcp", strings.TrimPrefix(r.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	fmt.Fprint(c, "POST /predict HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 5000\r\n\r\n")
	go func() {
		for range 100 {
			time.Sleep(50 * time.Millisecond)
			fmt.Fprint(c, " ")
		}
	}()
	start := time.Now()
	answer := make([]byte, len("HTTP/1.1 408"))
	if _, err := io.ReadFull(c, answer); err != nil || string(answer) != "HTTP/1.1 408" || time.Since(start) > 3*time.Second {
		t.Errorf("want 408 soon, got %q and error %v after %v", answer, err, time.Since(start))
	}
}

// TestEndWithStalled: those who have sent half a header or half a body, or a request and
// half of the next one, are not waited for; who goes on sending is answered.
func TestEndWithStalled(t *testing.T) {
	r := serving(t, serve.Config{Drain: time.Millisecond, Grace: time.Minute})
	body := nested(drawn(1).Pix, 28)
	head := fmt.Sprintf("POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n", len(body))
	dial := func(text string) net.Conn {
		c, err := net.Dial("tcp", strings.TrimPrefix(r.url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		fmt.Fprint(c, text)
		return c
	}
	for _, text := range []string{"", "POST /pre", head, head + body[:100], head + body + "GET /he", "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n" + head + body[:9]} {
		dial(text)
	}
	slow := dial(head)
	time.Sleep(100 * time.Millisecond)
	start := time.Now()
	r.end()
	for i := range 8 {
		time.Sleep(200 * time.Millisecond)
		fmt.Fprint(slow, body[i*len(body)/8:(i+1)*len(body)/8])
	}
	if answer, _ := io.ReadAll(slow); !strings.HasPrefix(string(answer), "HTTP/1.1 200 OK") {
		t.Errorf("slow: want 200, got %q", answer)
	}
	if err := <-r.ended; err != nil || time.Since(start) > 10*time.Second {
		t.Errorf("want a good end soon, got error %v after %v", err, time.Since(start))
	}
}

// TestStalledAtTheEnd: a request that never came whole is none that was lost.
func TestStalledAtTheEnd(t *testing.T) {
	r := serving(t, serve.Config{Drain: time.Millisecond, Grace: 200 * time.Millisecond})
	c, err := net.Dial("tcp", strings.TrimPrefix(r.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	fmt.Fprint(c, "POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n[")
	time.Sleep(100 * time.Millisecond)
	r.end()
	if err := <-r.ended; err != nil {
		t.Errorf("want a good end, got %v", err)
	}
}

// TestMostConnections: more are told so at once, until others close.
func TestMostConnections(t *testing.T) {
	r := serving(t, serve.Config{MostConnections: 2})
	http.DefaultClient.CloseIdleConnections()
	ask := func() int {
		c := client(1)
		defer c.CloseIdleConnections()
		a, err := c.Get(r.url + "/healthz")
		if err != nil {
			return 0
		}
		defer a.Body.Close()
		if text, err := io.ReadAll(a.Body); a.StatusCode == 503 && (err != nil || !json.Valid(text)) {
			t.Errorf("want a refusal in JSON, got %q and error %v", text, err)
		}
		return a.StatusCode
	}
	until := func(want int) {
		t.Helper()
		got := 0
		for range 100 {
			if got = ask(); got == want {
				return
			}
			time.Sleep(10 * time.Millisecond)
		}
		t.Errorf("want %d, got %d", want, got)
	}
	var held []net.Conn
	until(200)
	time.Sleep(50 * time.Millisecond)
	for range 2 {
		c, err := net.Dial("tcp", strings.TrimPrefix(r.url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		held = append(held, c)
	}
	until(503)
	held[0].Close()
	until(200)
	held[1].Close()
}

// FuzzPredict: whatever is sent is answered, with JSON, and never as a fault of the
// server's, and all memory is given back.
func FuzzPredict(f *testing.F) {
	s := server(f, serve.Config{MostBody: 1 << 20, MostPixels: 1 << 18, Picture: serve.Prepared(loaders.Digit), Page: &serve.Page{}})
	rows := nested(drawn(1).Pix, 28)
	for _, body := range []string{
		string(pngOf(f, drawn(1))), rows, `{"image":` + rows + "}", "", "[", `{"image":`,
		`{"inputs":[{"name":"input","datatype":"FP32","shape":[1,1,28,28],"data":` + rows + "}]}",
		"GIF89a\x01\x00\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x01D\x00;", "BM", "\xff\xd8\xff", "II*\x00\x08\x00\x00\x00", "RIFF\x00\x00\x00\x00WEBPVP8L",
	} {
		for path := range uint8(3) {
			f.Add(path, []byte(body))
		}
	}
	paths := []string{"/predict", "/predict?maps=1", "/v2/models/dense128/infer"}
	f.Fuzz(func(t *testing.T, path uint8, body []byte) {
		w := send(s, "POST", paths[int(path)%len(paths)], body)
		if w.Code == 500 || !json.Valid(w.Body.Bytes()) {
			t.Errorf("want an answer in JSON, got %d %s", w.Code, w.Body)
		}
		if free := metric(t, s, "euryale_memory_free_bytes"); free != "536870912" {
			t.Errorf("want all memory given back, got %s free", free)
		}
	})
}
