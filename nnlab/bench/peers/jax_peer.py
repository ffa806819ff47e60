"""JAX with Flax and Optax: the lecture's networks, ResNet, GoogLeNet, products, convolutions."""

import functools
import time

import flax.linen as nn
import jax
import jax.numpy as jnp
import optax

import contender

# Without this JAX gives products of float32 to tensor cores, where a card has them.
jax.config.update("jax_default_matmul_precision", "tensorfloat32" if contender.TF32 else "highest")


class Subsampling(nn.Module):
    """LeNet's: the mean of a window, times a weight of the map, plus a bias of the map."""

    @nn.compact
    def __call__(self, x):
        x = nn.avg_pool(x, (2, 2), (2, 2))
        return nn.tanh(nn.Conv(x.shape[-1], (1, 1), feature_group_count=x.shape[-1])(x))


class Unit(nn.Module):
    """A convolution without bias, BatchNorm and, if so, ReLU."""

    filters: int
    size: int
    stride: int = 1
    relu: bool = True

    @nn.compact
    def __call__(self, x, train):
        pad = self.size // 2
        x = nn.Conv(self.filters, (self.size,) * 2, self.stride, [(pad, pad)] * 2, use_bias=False)(x)
        x = nn.BatchNorm(not train, momentum=0.9)(x)
        return nn.relu(x) if self.relu else x


def flat(x):
    return x.reshape(len(x), -1)


def max_pool(x, size, stride, pad=0):
    return nn.max_pool(x, (size, size), (stride, stride), [(pad, pad)] * 2)


class MLP(nn.Module):
    @nn.compact
    def __call__(self, x, train):
        x = flat(x)
        for _ in range(2):
            x = nn.Dropout(0.2)(nn.relu(nn.Dense(512)(x)), deterministic=not train)
        return nn.Dense(10)(x)


class CNN(nn.Module):
    @nn.compact
    def __call__(self, x, train):
        for filters in 32, 64:
            x = nn.relu(nn.Conv(filters, (3, 3), padding="VALID")(x))
        x = flat(nn.Dropout(0.25)(max_pool(x, 2, 2), deterministic=not train))
        return nn.Dense(10)(nn.Dropout(0.5)(nn.relu(nn.Dense(128)(x)), deterministic=not train))


class LeNet(nn.Module):
    @nn.compact
    def __call__(self, x, train):
        for filters in 4, 12:
            x = Subsampling()(nn.tanh(nn.Conv(filters, (5, 5), padding="VALID")(x)))
        return nn.Dense(10)(flat(x))


class ResNet(nn.Module):
    """torchvision's: blocks of two 3×3, or of 1×1, 3×3 and 1×1 with four times the filters."""

    blocks: tuple
    bottleneck: bool

    @nn.compact
    def __call__(self, x, train):
        x = max_pool(Unit(64, 7, 2)(x, train), 3, 2, 1)
        for stage, count in enumerate(self.blocks):
            for i in range(count):
                filters, stride = 64 << stage, 2 if stage and not i else 1
                out = filters * 4 if self.bottleneck else filters
                y = Unit(filters, 1)(x, train) if self.bottleneck else x
                y = Unit(filters, 3, stride)(y, train)
                y = Unit(out, 1 if self.bottleneck else 3, relu=False)(y, train)
                if x.shape != y.shape:
                    x = Unit(out, 1, stride, relu=False)(x, train)
                x = nn.relu(x + y)
        return nn.Dense(1000)(x.mean((1, 2)))


class Inception(nn.Module):
    filters: tuple

    @nn.compact
    def __call__(self, x, train):
        a, b1, b2, c1, c2, d = self.filters
        return jnp.concatenate([
            Unit(a, 1)(x, train), Unit(b2, 3)(Unit(b1, 1)(x, train), train),
            Unit(c2, 3)(Unit(c1, 1)(x, train), train), Unit(d, 1)(max_pool(x, 3, 1, 1), train),
        ], -1)


class GoogLeNet(nn.Module):
    """torchvision's, which trains with two more heads in the middle."""

    @nn.compact
    def __call__(self, x, train):
        def head(x):  # behind maps of 14², which its 4×4 cells do not divide
            x = Unit(128, 1)(nn.avg_pool(x, (5, 5), (3, 3)), train)
            return nn.Dense(1000)(nn.Dropout(0.7)(nn.relu(nn.Dense(1024)(flat(x))), deterministic=not train))

        heads = []
        x = max_pool(Unit(64, 7, 2)(x, train), 3, 2, 1)
        x = max_pool(Unit(192, 3)(Unit(64, 1)(x, train), train), 3, 2, 1)
        for filters in (64, 96, 128, 16, 32, 32), (128, 128, 192, 32, 96, 64):
            x = Inception(filters)(x, train)
        x = max_pool(x, 3, 2, 1)
        for i, filters in enumerate([(192, 96, 208, 16, 48, 64), (160, 112, 224, 24, 64, 64), (128, 128, 256, 24, 64, 64),
                                     (112, 144, 288, 32, 64, 64), (256, 160, 320, 32, 128, 128)]):
            x = Inception(filters)(x, train)
            if train and i in (0, 3):
                heads.append(head(x))
        x = max_pool(x, 2, 2)
        for filters in (256, 160, 320, 32, 128, 128), (384, 192, 384, 48, 128, 128):
            x = Inception(filters)(x, train)
        x = nn.Dense(1000)(nn.Dropout(0.4)(x.mean((1, 2)), deterministic=not train))
        return (x, *heads) if train else x


NETWORKS = {
    "mlp": MLP(), "cnn": CNN(), "lenet": LeNet(),
    "resnet18": ResNet((2, 2, 2, 2), False), "resnet50": ResNet((3, 4, 6, 3), True), "googlenet": GoogLeNet(),
}
OPTIMIZERS = {
    "rmsprop": lambda: optax.rmsprop(0.001, decay=0.9, eps=1e-7),
    "momentum": lambda: optax.sgd(0.01, momentum=0.9),
    "adam": lambda: optax.adam(0.001, eps=1e-7),
}


class Trainer:
    def __init__(self, item):
        self.network, self.optimizer = NETWORKS[item["network"]], OPTIMIZERS[item["optimizer"]]()
        self.key = jax.random.key(item["seed"])
        self.small = item["network"] in contender.SMALL
        if self.small:
            self.x, self.y = (jax.device_put(a) for a in contender.mnist("train"))
            example = self.x[:1]
        else:
            self.x = contender.random(item["batch"], 224, 224, 3) + 0.5
            self.y = jnp.arange(item["batch"]) * 7 % 1000
            example = self.x[:1]
        self.variables = jax.jit(functools.partial(self.network.init, train=True))({"params": self.key, "dropout": self.key}, example)
        self.state = self.optimizer.init(self.variables["params"])

    @functools.partial(jax.jit, static_argnums=0, donate_argnums=(1, 2))
    def step(self, variables, state, key, x, y):
        params = variables["params"]
        rest = {k: v for k, v in variables.items() if k != "params"}

        def error(params):
            out, changed = self.network.apply({"params": params, **rest}, x, True, rngs={"dropout": key}, mutable=list(rest))
            outs = out if isinstance(out, tuple) else (out,)
            losses = [optax.softmax_cross_entropy_with_integer_labels(o, y).mean() for o in outs]
            return losses[0] + 0.3 * sum(losses[1:]), changed

        gradients, changed = jax.grad(error, has_aux=True)(params)
        updates, state = self.optimizer.update(gradients, state, params)
        return {"params": optax.apply_updates(params, updates), **changed}, state

    @functools.partial(jax.jit, static_argnums=0, donate_argnums=(1, 2))
    def indexed(self, variables, state, key, x, y, index):
        return self.step(variables, state, key, x[index], y[index])

    def train(self, n, batch):
        """Train on n images, MNIST's on the device or noise in the host's memory, and return the seconds."""
        jax.block_until_ready(self.variables)
        began = time.perf_counter()
        self.key, order, dropout = jax.random.split(self.key, 3)
        if self.small:
            order = jax.random.permutation(order, n)
        for i, at in enumerate(range(0, n, batch)):
            key = jax.random.fold_in(dropout, i)
            if self.small:
                self.variables, self.state = self.indexed(self.variables, self.state, key, self.x, self.y, order[at : at + batch])
            else:
                self.variables, self.state = self.step(self.variables, self.state, key, self.x, self.y)
        jax.block_until_ready(self.variables)
        return time.perf_counter() - began


def inference(item):
    network, x = NETWORKS[item["network"]], contender.pictures(item)
    key = jax.random.key(item["seed"])
    variables = jax.jit(functools.partial(network.init, train=False))(key, x[:1])
    answer = jax.jit(lambda v, x: nn.softmax(network.apply(v, x, False)))
    return lambda: jax.device_get(answer(variables, x))


def gemm(item):
    m, k, n = item["m"], item["k"], item["n"]
    ta, tb = (t == "T" for t in item["transpose"])
    a = jnp.asarray(contender.random(*((k, m) if ta else (m, k))))
    b = jnp.asarray(contender.random(*((n, k) if tb else (k, n))))
    precision = "tensorfloat32" if item.get("tf32") else None  # as at the top
    product = jax.jit(lambda a, b: jnp.matmul(a.T if ta else a, b.T if tb else b, precision=precision))
    return lambda: product(a, b)


def conv(item):
    n, side, c, f, size, stride = (item[k] for k in ("batch", "side", "channels", "filters", "size", "stride"))
    pad = item.get("pad", 0)  # what is 0 is left out of a question
    out = (side + 2 * pad - size) // stride + 1
    x, w, dy = (jnp.asarray(contender.random(*s)) for s in ((n, side, side, c), (size, size, c, f), (n, out, out, f)))

    def y(x, w):
        return jax.lax.conv_general_dilated(x, w, (stride, stride), [(pad, pad)] * 2, dimension_numbers=("NHWC", "HWIO", "NHWC"))

    if item["pass"] == "forward":
        call = jax.jit(y)
        return lambda: call(x, w)
    by = ["input", "kernel"].index(item["pass"])
    gradient = jax.jit(lambda x, w, dy: jax.vjp(y, x, w)[1](dy)[by])
    return lambda: gradient(x, w, dy)


def stream(item):
    x = jnp.asarray(contender.random(item["m"], item["n"]))
    y = jnp.zeros_like(x)
    call = jax.jit({
        "copy": lambda x, y: jnp.copy(x),
        "axpy": lambda x, y: y + 0.5 * x,
        "relu": lambda x, y: nn.relu(x),
        "softmax": lambda x, y: nn.softmax(x),
        "moments": lambda x, y: (x.mean(0), x.var(0)),
        "sum": lambda x, y: x.sum(0),
    }[item["pass"]])
    return lambda: call(x, y)


REPEATED = {"inference": inference, "gemm": gemm, "conv": conv, "stream": stream}
trainers = {}


def repeated(item):
    """The seconds of a call. The device does what it is asked in order: who waits for the last has waited for all."""
    call, last = REPEATED[item["kind"]](item), []

    def once():
        last[:] = [call()]

    return contender.repeat(item["budget"], once, lambda: jax.block_until_ready(last))


def do(item):
    if item["kind"] in REPEATED:
        return {"seconds": repeated(item)}
    if item["work"] not in trainers:
        trainers.clear()  # of what is trained only the last stays in memory
        trainers[item["work"]] = Trainer(item)
    n = contender.warm_samples(item) if item.get("warm") else item["samples"]
    seconds = trainers[item["work"]].train(n, item["batch"])
    return {"seconds": seconds / (n // item["batch"]) if item["kind"] == "step" else seconds}


where = jax.devices()[0]
if where.platform != {"cuda": "gpu"}.get(contender.DEVICE, "cpu"):
    raise SystemExit(f"JAX computes on {where}, not on {contender.DEVICE}")
contender.serve(f"JAX {jax.__version__}, {where.device_kind}", do)
