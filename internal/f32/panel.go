package f32

// Products with few columns, in generic Go. A loop over columns would hardly begin.
// So all the sums of a row stay in registers, and the loop goes over the steps.

// panelWidth is how many sums are held. B is laid out as a panel of so many columns,
// which are zero beyond the last.
const panelWidth = 8

// panelDepth is how many steps are laid out at a time.
const panelDepth = 128

// gemmPanelGo is gemmTapsGo for at most panelWidth columns, on a C that has what its
// sums begin with.
func gemmPanelGo(c []float32, ldc int, a []float32, rsa, csa int, taps []int, b []float32, ldb, m, n, k int, e Ends) {
	var panel [panelDepth * panelWidth]float32
	var row [panelDepth]float32
	for t := 0; t < len(taps); {
		count := min(max(1, panelDepth/k), len(taps)-t)
		for from := 0; from < k; from += panelDepth {
			run := min(panelDepth, k-from)
			depth := count * run
			for p := range depth {
				copy(panel[p*panelWidth:][:n], b[(t*k+from+p)*ldb:])
			}
			for i := range m {
				if k == 5 && csa == 1 {
					addTapsOfFive(c[i*ldc:][:n], a[i*rsa:], taps[t:t+count], panel[:])
					continue
				}
				for u, tap := range taps[t : t+count] {
					x, to := a[tap+i*rsa+from*csa:], row[u*run:][:run]
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
				addPanel(c[i*ldc:][:n], row[:depth], panel[:depth*panelWidth])
			}
		}
		t += count
	}
	for i := 0; e.Cuts() && i < m; i++ {
		clampGo(c[i*ldc:][:n], e.Low, e.High)
	}
}

// addPanel adds the product of a row and a panel to c.
func addPanel(c, row, panel []float32) {
	var sums [panelWidth]float32
	copy(sums[:], c)
	if n := len(row) &^ 3; n > 0 {
		addFours(&sums, row[:n], panel)
		row, panel = row[n:], panel[n*panelWidth:]
	}
	for i, v := range row {
		for j, y := range panel[i*panelWidth:][:panelWidth] {
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
	s0, s1, s2, s3, s4, s5, s6, s7 := sums[0], sums[1], sums[2], sums[3], sums[4], sums[5], sums[6], sums[7]
	x, y := (*[4]float32)(row), (*[4 * panelWidth]float32)(panel)
	for i, j := 4, len(y); ; i, j = i+4, j+len(y) {
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
		s0 += v * y[8]
		s1 += v * y[9]
		s2 += v * y[10]
		s3 += v * y[11]
		s4 += v * y[12]
		s5 += v * y[13]
		s6 += v * y[14]
		s7 += v * y[15]
		v = x[2]
		s0 += v * y[16]
		s1 += v * y[17]
		s2 += v * y[18]
		s3 += v * y[19]
		s4 += v * y[20]
		s5 += v * y[21]
		s6 += v * y[22]
		s7 += v * y[23]
		v = x[3]
		s0 += v * y[24]
		s1 += v * y[25]
		s2 += v * y[26]
		s3 += v * y[27]
		s4 += v * y[28]
		s5 += v * y[29]
		s6 += v * y[30]
		s7 += v * y[31]
		if i+4 > len(row) || j+len(y) > len(panel) {
			break
		}
		x, y = (*[4]float32)(row[i:i+4:i+4]), (*[4 * panelWidth]float32)(panel[j:j+4*panelWidth:j+4*panelWidth])
	}
	sums[0], sums[1], sums[2], sums[3], sums[4], sums[5], sums[6], sums[7] = s0, s1, s2, s3, s4, s5, s6, s7
}

// addTapsOfFive adds to c the product of the rows of five values that begin at taps and
// a panel: the rows of a kernel of 5×5 on one channel, which are read where they lie.
func addTapsOfFive(c, a []float32, taps []int, panel []float32) {
	var sums [panelWidth]float32
	copy(sums[:], c)
	s0, s1, s2, s3, s4, s5, s6, s7 := sums[0], sums[1], sums[2], sums[3], sums[4], sums[5], sums[6], sums[7]
	for _, tap := range taps {
		x, y := (*[5]float32)(a[tap:]), (*[5 * panelWidth]float32)(panel)
		panel = panel[len(y):]
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
		s0 += v * y[8]
		s1 += v * y[9]
		s2 += v * y[10]
		s3 += v * y[11]
		s4 += v * y[12]
		s5 += v * y[13]
		s6 += v * y[14]
		s7 += v * y[15]
		v = x[2]
		s0 += v * y[16]
		s1 += v * y[17]
		s2 += v * y[18]
		s3 += v * y[19]
		s4 += v * y[20]
		s5 += v * y[21]
		s6 += v * y[22]
		s7 += v * y[23]
		v = x[3]
		s0 += v * y[24]
		s1 += v * y[25]
		s2 += v * y[26]
		s3 += v * y[27]
		s4 += v * y[28]
		s5 += v * y[29]
		s6 += v * y[30]
		s7 += v * y[31]
		v = x[4]
		s0 += v * y[32]
		s1 += v * y[33]
		s2 += v * y[34]
		s3 += v * y[35]
		s4 += v * y[36]
		s5 += v * y[37]
		s6 += v * y[38]
		s7 += v * y[39]
	}
	sums[0], sums[1], sums[2], sums[3], sums[4], sums[5], sums[6], sums[7] = s0, s1, s2, s3, s4, s5, s6, s7
	copy(c, sums[:])
}
