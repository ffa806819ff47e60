package backend

// Uniform returns the i-th number of the random sequence named by key, in
// [0, 1). It is a pure function, so the numbers can be made in any order, on
// any device, and again in the backward pass. The mixing is the finalizer of
// SplitMix64 (Steele, Lea & Flood 2014, figure 18) on key + (i+1)·γ.
func Uniform(key uint64, i int) float32 {
	return float32(Bits(key, i)>>40) * (1.0 / (1 << 24))
}

// Bits returns the 64 random bits from which [Uniform] takes its first 24.
func Bits(key uint64, i int) uint64 {
	z := key + (uint64(i)+1)*0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}
