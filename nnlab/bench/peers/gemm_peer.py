"""Products of NumPy, TensorFlow or JAX (the argument), to compare their BLAS."""

import sys

import contender


def numpy_gemm():
    import numpy
    import threadpoolctl

    blas = threadpoolctl.threadpool_info()[0]
    threadpoolctl.threadpool_limits(contender.THREADS)

    def gemm(a, b, ta, tb):
        a, b = a.T if ta else a, b.T if tb else b
        out = numpy.empty((len(a), b.shape[1]), "float32")
        return lambda: numpy.matmul(a, b, out=out)

    return f"NumPy {numpy.__version__}, OpenBLAS {blas['version']} ({blas['architecture']})", gemm


def tensorflow_gemm():
    import tensorflow

    tensorflow.config.threading.set_intra_op_parallelism_threads(contender.THREADS)

    def gemm(a, b, ta, tb):
        a, b = tensorflow.constant(a), tensorflow.constant(b)
        return lambda: tensorflow.matmul(a, b, transpose_a=ta, transpose_b=tb)

    return f"TensorFlow {tensorflow.__version__}", gemm


def jax_gemm():
    import jax

    def gemm(a, b, ta, tb):
        a, b = jax.numpy.asarray(a), jax.numpy.asarray(b)
        product = jax.jit(lambda a, b: (a.T if ta else a) @ (b.T if tb else b))
        return lambda: product(a, b).block_until_ready()

    return f"JAX {jax.__version__}", gemm


versions, gemm = {"numpy": numpy_gemm, "tensorflow": tensorflow_gemm, "jax": jax_gemm}[sys.argv[1]]()


def do(item):
    m, k, n = item["m"], item["k"], item["n"]
    ta, tb = (t == "T" for t in item["transpose"])
    a = contender.random(*((k, m) if ta else (m, k)))
    b = contender.random(*((n, k) if tb else (k, n)))
    return {"seconds": contender.repeat(item["budget"], gemm(a, b, ta, tb))}


contender.serve(versions, do)
