package backend

// Compiler is implemented by a backend for which its user can write kernels.
type Compiler interface {
	// Compile compiles CUDA C++ and returns one kernel of it, which the source declares as
	// extern "C" __global__ void. An error has what the compiler says of which line.
	Compile(source, kernel string) (Kernel, error)
}

// Kernel is a kernel that a user has written.
type Kernel interface {
	// Launch puts the kernel on its way, behind all calls before it, as CUDA's
	// kernel<<<blocks, threads>>>(args…) does. A pointer is given as a [Buffer], whose numbers
	// are float32, and all else as a Go number. It panics with an [Error] where the arguments
	// are not those of the kernel; what goes wrong as it runs is what Sync returns. How long
	// the buffers are the kernel has to know itself: where it writes outside of them the
	// device is lost, or another buffer has wrong numbers.
	Launch(blocks, threads Dim3, args ...any)
}

// Dim3 is how many blocks a launch has, or how many threads a block, along each axis. An axis
// that is 0 counts as 1.
type Dim3 struct{ X, Y, Z int }
