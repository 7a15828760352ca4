package f32

// Products with few columns, in generic Go. A loop over columns would hardly begin.
// So all the sums of a row stay in registers, and the loop goes over the steps.

// panelWidth is how many sums are held. B is laid out as a panel of so many columns,
// which are zero beyond the last, in rows that are panelRow apart. That is what lies
// between the rows of the weights of up to 16 filters, so that those are read where
// they lie: loops over more columns do begin.
const (
	panelWidth = 8
	panelRow   = Lanes
)

// panelDepth is how many steps are taken at a time.
const panelDepth = 64

// liesInPanels says whether B is panels as it lies.
func liesInPanels(ldb, n int) bool {
	return ldb == panelRow && n%panelWidth == 0 && n <= panelRow
}

// gemmPanelGo is gemmTapsGo for the columns of a panel, or for those that lie in
// panels, on a C that has what its sums begin with.
func gemmPanelGo(c []float32, ldc int, a []float32, rsa, csa int, taps []int, b []float32, ldb, m, n, k int, e Ends) {
	if k == 5 && csa == 1 && n <= sixColumns {
		gemmFivesGo(c, ldc, a, rsa, taps, b, ldb, m, n)
	} else {
		gemmRunsGo(c, ldc, a, rsa, csa, taps, b, ldb, m, n, k)
	}
	for i := 0; e.Cuts() && i < m; i++ {
		clampGo(c[i*ldc:][:n], e.Low, e.High)
	}
}

// gemmRunsGo goes some steps of all rows at a time.
func gemmRunsGo(c []float32, ldc int, a []float32, rsa, csa int, taps []int, b []float32, ldb, m, n, k int) {
	most := max(1, panelDepth/max(k, 1))
	for t := 0; t < len(taps); t += most {
		some := taps[t:min(t+most, len(taps))]
		for from := 0; from < k; from += panelDepth {
			run, b := min(panelDepth, k-from), b[(t*k+from)*ldb:]
			if liesInPanels(ldb, n) {
				addRuns(c, ldc, a[from*csa:], rsa, csa, some, run, b, m, n)
			} else {
				addPacked(c, ldc, a[from*csa:], rsa, csa, some, run, b, ldb, m, n)
			}
		}
	}
}

// addPacked is addRuns with a b that is laid out as a panel first.
func addPacked(c []float32, ldc int, a []float32, rsa, csa int, taps []int, run int, b []float32, ldb, m, n int) {
	var panel [panelDepth * panelRow]float32
	for p := range len(taps) * run {
		copy(panel[p*panelRow:][:n], b[p*ldb:])
	}
	addRuns(c, ldc, a, rsa, csa, taps, run, panel[:], m, n)
}

// addRuns adds to C the product of the runs of A that begin at taps, at most panelDepth
// steps together, and the rows of b.
func addRuns(c []float32, ldc int, a []float32, rsa, csa int, taps []int, run int, b []float32, m, n int) {
	var row [panelDepth]float32
	depth := len(taps) * run
	for i := range m {
		for u, tap := range taps {
			x, to := a[tap+i*rsa:], row[u*run:][:run]
			if csa == 1 {
				//lint:ignore S1001 runs are a few floats, for which a call is long
				for p, v := range x[:run] {
					to[p] = v
				}
				continue
			}
			for p := range to {
				to[p] = x[p*csa]
			}
		}
		for j := 0; j < n; j += panelWidth {
			addPanel(c[i*ldc+j:][:min(panelWidth, n-j)], row[:depth], b[j:])
		}
	}
}

// addPanel adds the product of a row and a panel to c.
func addPanel(c, row, panel []float32) {
	var sums [panelWidth]float32
	copy(sums[:], c)
	if n := len(row) &^ 3; n > 0 {
		addFours(&sums, row[:n], panel)
		row, panel = row[n:], panel[min(len(panel), n*panelRow):]
	}
	for i, v := range row {
		for j, y := range panel[i*panelRow:][:panelWidth] {
			sums[j] += v * y
		}
	}
	for j := range c {
		c[j] = sums[j]
	}
}

// addFours adds the product of a row of 4, 8, 12… values and a panel to sums. That
// its loop is one block, without a branch but its own, keeps Go's compiler from
// moving sums to memory and back.
func addFours(sums *[panelWidth]float32, row, panel []float32) {
	const block = 3*panelRow + panelWidth
	s0, s1, s2, s3, s4, s5, s6, s7 := sums[0], sums[1], sums[2], sums[3], sums[4], sums[5], sums[6], sums[7]
	x, y := (*[4]float32)(row), (*[block]float32)(panel)
	for i, j := 4, 4*panelRow; ; i, j = i+4, j+4*panelRow {
		v := x[0]
		s0 += v * y[0]
		s1 += v * y[1]
		s2 += v * y[2]
		s3 += v * y[3]
		s4 += v * y[4]
		s5 += v * y[5]
		s6 += v * y[6]
		s7 += v * y[7]
		v = x[1]
		s0 += v * y[panelRow]
		s1 += v * y[panelRow+1]
		s2 += v * y[panelRow+2]
		s3 += v * y[panelRow+3]
		s4 += v * y[panelRow+4]
		s5 += v * y[panelRow+5]
		s6 += v * y[panelRow+6]
		s7 += v * y[panelRow+7]
		v = x[2]
		s0 += v * y[2*panelRow]
		s1 += v * y[2*panelRow+1]
		s2 += v * y[2*panelRow+2]
		s3 += v * y[2*panelRow+3]
		s4 += v * y[2*panelRow+4]
		s5 += v * y[2*panelRow+5]
		s6 += v * y[2*panelRow+6]
		s7 += v * y[2*panelRow+7]
		v = x[3]
		s0 += v * y[3*panelRow]
		s1 += v * y[3*panelRow+1]
		s2 += v * y[3*panelRow+2]
		s3 += v * y[3*panelRow+3]
		s4 += v * y[3*panelRow+4]
		s5 += v * y[3*panelRow+5]
		s6 += v * y[3*panelRow+6]
		s7 += v * y[3*panelRow+7]
		if i+4 > len(row) || j+block > len(panel) {
			break
		}
		x, y = (*[4]float32)(row[i:i+4:i+4]), (*[block]float32)(panel[j:j+block:j+block])
	}
	sums[0], sums[1], sums[2], sums[3], sums[4], sums[5], sums[6], sums[7] = s0, s1, s2, s3, s4, s5, s6, s7
}

// sixColumns is the width of the panels of gemmFivesGo: eight sums would leave some of
// LeNet's six filters' registers to zeros.
const sixColumns = 6

// gemmFivesGo is the product for the rows of a kernel of 5×5 on one channel, five values
// each, which are read where they lie.
func gemmFivesGo(c []float32, ldc int, a []float32, rsa int, taps []int, b []float32, ldb, m, n int) {
	const most = 5
	var panel [most * 5 * sixColumns]float32
	for t := 0; t < len(taps); t += most {
		some := taps[t:min(t+most, len(taps))]
		for p := range 5 * len(some) {
			copy(panel[p*sixColumns:][:sixColumns], b[(5*t+p)*ldb:][:n])
		}
		for i := range m {
			addFivesOf(c[i*ldc:][:n], a[i*rsa:], some, panel[:])
		}
	}
}

// addFivesOf adds to c the product of the rows of five values that begin at taps and a
// panel of six columns.
func addFivesOf(c, a []float32, taps []int, panel []float32) {
	var sums [sixColumns]float32
	copy(sums[:], c)
	s0, s1, s2, s3, s4, s5 := sums[0], sums[1], sums[2], sums[3], sums[4], sums[5]
	for _, tap := range taps {
		x, y := (*[5]float32)(a[tap:]), (*[5 * sixColumns]float32)(panel)
		panel = panel[len(y):]
		v := x[0]
		s0 += v * y[0]
		s1 += v * y[1]
		s2 += v * y[2]
		s3 += v * y[3]
		s4 += v * y[4]
		s5 += v * y[5]
		v = x[1]
		s0 += v * y[6]
		s1 += v * y[7]
		s2 += v * y[8]
		s3 += v * y[9]
		s4 += v * y[10]
		s5 += v * y[11]
		v = x[2]
		s0 += v * y[12]
		s1 += v * y[13]
		s2 += v * y[14]
		s3 += v * y[15]
		s4 += v * y[16]
		s5 += v * y[17]
		v = x[3]
		s0 += v * y[18]
		s1 += v * y[19]
		s2 += v * y[20]
		s3 += v * y[21]
		s4 += v * y[22]
		s5 += v * y[23]
		v = x[4]
		s0 += v * y[24]
		s1 += v * y[25]
		s2 += v * y[26]
		s3 += v * y[27]
		s4 += v * y[28]
		s5 += v * y[29]
	}
	sums[0], sums[1], sums[2], sums[3], sums[4], sums[5] = s0, s1, s2, s3, s4, s5
	for j := range c {
		c[j] = sums[j]
	}
}
