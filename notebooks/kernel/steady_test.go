package main

import (
	"strings"
	"testing"
)

// ran is a notebook as Jupyter saves it, with all that differs between runs.
const ran = `{"cells": [
 {"cell_type": "markdown", "id": "a1", "metadata": {}, "source": ["# <b> & ü\n"]},
 {"cell_type": "code", "execution_count": 1, "id": "a2", "metadata": {"execution": {"iopub.status.busy": "2026-01-01T00:00:00Z"}, "tags": ["parameters"]}, "source": [], "outputs": []},
 {"cell_type": "code", "execution_count": 2, "id": "a3", "metadata": {}, "source": ["f()"], "outputs": [
  {"name": "stdout", "output_type": "stream", "text": ["one\n", "t"]},
  {"name": "stdout", "output_type": "stream", "text": "wo\n"},
  {"name": "stderr", "output_type": "stream", "text": "x"},
  {"name": "stdout", "output_type": "stream", "text": "three"},
  {"data": {"text/plain": ["9"]}, "execution_count": 2, "metadata": {}, "output_type": "execute_result"},
  {"name": "stdout", "output_type": "stream", "text": "four"}]}],
"metadata": {"kernelspec": {"display_name": "Go (Euryale)", "language": "go", "name": "euryale"},
 "language_info": {"codemirror_mode": "", "file_extension": ".go", "mimetype": "", "name": "go", "nbconvert_exporter": "", "version": "go1.26.0"},
 "widgets": {}},
"nbformat": 4, "nbformat_minor": 5}`

const kept = `{
 "cells": [
  {
   "cell_type": "markdown",
   "id": "a1",
   "metadata": {},
   "source": [
    "# <b> & ü\n"
   ]
  },
  {
   "cell_type": "code",
   "execution_count": 1,
   "id": "a2",
   "metadata": {
    "tags": [
     "parameters"
    ]
   },
   "outputs": [],
   "source": []
  },
  {
   "cell_type": "code",
   "execution_count": 2,
   "id": "a3",
   "metadata": {},
   "outputs": [
    {
     "name": "stdout",
     "output_type": "stream",
     "text": [
      "one\n",
      "two\n"
     ]
    },
    {
     "name": "stderr",
     "output_type": "stream",
     "text": [
      "x"
     ]
    },
    {
     "name": "stdout",
     "output_type": "stream",
     "text": [
      "three"
     ]
    },
    {
     "data": {
      "text/plain": [
       "9"
      ]
     },
     "execution_count": 2,
     "metadata": {},
     "output_type": "execute_result"
    },
    {
     "name": "stdout",
     "output_type": "stream",
     "text": [
      "four"
     ]
    }
   ],
   "source": [
    "f()"
   ]
  }
 ],
 "metadata": {
  "kernelspec": {
   "display_name": "Go (Euryale)",
   "language": "go",
   "name": "euryale"
  },
  "language_info": {
   "file_extension": ".go",
   "mimetype": "",
   "name": "go"
  }
 },
 "nbformat": 4,
 "nbformat_minor": 5
}
`

func TestSteady(t *testing.T) {
	got, err := steady([]byte(ran))
	if err != nil || string(got) != kept {
		t.Errorf("error %v, want\n%s\ngot\n%s", err, kept, got)
	}
	again, err := steady([]byte(kept))
	if err != nil || string(again) != kept {
		t.Errorf("error %v, want what is steady as it is, got\n%s", err, again)
	}
	if _, err := steady([]byte("{")); err == nil || !strings.HasPrefix(err.Error(), "want a notebook: ") {
		t.Errorf("want no notebook refused, got %v", err)
	}
}
