// Package nvrtc compiles CUDA C++ to PTX by NVIDIA's NVRTC, where it is on the machine. No
// program is linked with it: the library is opened when somebody asks for it, and without it
// nothing is missing. It needs neither a driver nor a card.
package nvrtc
