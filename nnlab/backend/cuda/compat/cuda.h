// CUDA 13 gave five functions other parameters than those that gorgonia.org/cu v0.9.6
// calls them with, and to cuEventElapsedTime another name, which drivers before 12.8 lack.
// NVIDIA's driver still has them as they were. This folder stands before
// that of the SDK's cuda.h in CGO_CFLAGS, and changes nothing for CUDA 11 and 12.
#include_next <cuda.h>

#if CUDA_VERSION >= 13000

#undef cuCtxCreate
#undef cuEventElapsedTime
#undef cuGraphAddDependencies
#undef cuGraphGetEdges
#undef cuMemAdvise
#undef cuMemPrefetchAsync

#define cuCtxCreate cuCtxCreate_v2

CUresult CUDAAPI cuCtxCreate_v2(CUcontext *context, unsigned int flags, CUdevice device);
CUresult CUDAAPI cuEventElapsedTime(float *milliseconds, CUevent from, CUevent to);
CUresult CUDAAPI cuGraphAddDependencies(CUgraph graph, const CUgraphNode *from, const CUgraphNode *to, size_t n);
CUresult CUDAAPI cuGraphGetEdges(CUgraph graph, CUgraphNode *from, CUgraphNode *to, size_t *n);
CUresult CUDAAPI cuMemAdvise(CUdeviceptr memory, size_t n, CUmem_advise advice, CUdevice device);
CUresult CUDAAPI cuMemPrefetchAsync(CUdeviceptr memory, size_t n, CUdevice to, CUstream stream);

#endif
