package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"math"
	"net/http"
	"strings"
	"testing"
	"time"

	"euryale/cmd/internal/commandtest"
)

// address is an output that tells where the server listens.
type address chan string

func (a address) Write(p []byte) (int, error) {
	_, rest, _ := strings.Cut(string(p), " at ")
	at, _, _ := strings.Cut(rest, " ")
	a <- at
	return len(p), nil
}

// TestServe answers as run does, until it is interrupted.
func TestServe(t *testing.T) {
	folder(t, "small.safetensors", "picture.png")
	want, _ := predict(t, "--mean", "0.25", "small.safetensors", "picture.png")
	ctx, cancel := context.WithCancel(t.Context())
	at, status := make(address, 1), make(chan int)
	var stderr bytes.Buffer
	go func() {
		status <- run(ctx, []string{"serve", "--addr", "127.0.0.1:0", "--mean", "0.25", "small.safetensors"}, at, &stderr)
	}()
	url := <-at
	for ready := false; !ready; time.Sleep(time.Millisecond) {
		r, err := http.Get(url + "readyz")
		must(t, err)
		ready = r.StatusCode == http.StatusOK
		r.Body.Close()
	}
	r, err := http.Post(url+"predict", "image/png", bytes.NewReader(commandtest.ReadFile(t, "picture.png")))
	must(t, err)
	text, err := io.ReadAll(r.Body)
	must(t, err)
	r.Body.Close()
	var got struct {
		Class         int
		Name          string
		Probabilities []float64
	}
	if err := json.Unmarshal(text, &got); err != nil || r.StatusCode != 200 || len(got.Probabilities) != 3 {
		t.Fatalf("%v: got %d, %s", err, r.StatusCode, text)
	}
	for i, c := range want.Pictures[0].Top {
		if i == 0 && (got.Class != c.Class || got.Name != c.Name) {
			t.Errorf("want %+v, got %+v", c, got)
		}
		if math.Abs(got.Probabilities[c.Class]-c.Probability) > 1e-6 {
			t.Errorf("want %+v, got %v", c, got.Probabilities)
		}
	}
	cancel()
	if s := <-status; s != 0 || stderr.Len() > 0 {
		t.Errorf("want status 0 and nothing said, got %d and %q", s, &stderr)
	}
}

// TestServeErrors come before anything is answered.
func TestServeErrors(t *testing.T) {
	folder(t, "small.safetensors")
	writeNPY(t, "x.npy", 2, 2)
	for args, want := range map[string]string{
		"x.npy":                                "x.npy: want a network, got tensors alone: the file says nothing of layers",
		"missing.onnx":                         "open missing.onnx: no such file or directory",
		"--addr 256.0.0.1:0 small.safetensors": "--addr: ",
	} {
		got := runModel(append([]string{"serve"}, strings.Fields(args)...)...)
		if got.status != 1 || got.stdout != "" || !strings.HasPrefix(got.stderr, "model: "+want) || strings.Count(got.stderr, "\n") != 1 {
			t.Errorf("%s: want %q, got %+v", args, want, got)
		}
	}
	var stderr bytes.Buffer
	if status := run(t.Context(), []string{"serve", "--addr", "127.0.0.1:0", "small.safetensors"}, closed{}, &stderr); status != 1 {
		t.Errorf("got %d and %q", status, &stderr)
	}
}
