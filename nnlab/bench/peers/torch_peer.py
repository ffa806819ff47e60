"""PyTorch, eager or with torch.compile (the argument): networks, products, convolutions."""

import sys
import time

import torch
from torch import nn

import contender

torch.set_num_threads(contender.THREADS)
compiled = sys.argv[1] == "compile"
device = torch.device(contender.DEVICE)
on_card = device.type == "cuda"
torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = contender.TF32
torch.backends.cudnn.benchmark = True
# Without tensor cores cuDNN's kernels for the channels first are the faster ones.
layout = torch.contiguous_format if on_card and not contender.TF32 else torch.channels_last


def wait():
    if on_card:
        torch.cuda.synchronize()


def compile(model):
    """The model compiled, on a card with its kernels launched as one CUDA graph."""
    return torch.compile(model, dynamic=False, mode="reduce-overhead" if on_card else None) if compiled else model


def channels_first(x):
    """Images [n, side, side, channels] as PyTorch has them, in memory that a card reaches itself."""
    x = torch.from_numpy(x).permute(0, 3, 1, 2).contiguous(memory_format=layout)
    return x.pin_memory() if on_card else x


def subsampling(channels):
    """LeNet's: the mean of a window, times a weight of the map, plus a bias of the map."""
    return nn.AvgPool2d(2), nn.Conv2d(channels, channels, 1, groups=channels), nn.Tanh()


NETWORKS = {
    "mlp": lambda: [
        nn.Flatten(),
        nn.Linear(784, 512), nn.ReLU(), nn.Dropout(0.2),
        nn.Linear(512, 512), nn.ReLU(), nn.Dropout(0.2), nn.Linear(512, 10),
    ],
    "cnn": lambda: [
        nn.Conv2d(1, 32, 3), nn.ReLU(), nn.Conv2d(32, 64, 3), nn.ReLU(),
        nn.MaxPool2d(2), nn.Dropout(0.25), nn.Flatten(),
        nn.Linear(9216, 128), nn.ReLU(), nn.Dropout(0.5), nn.Linear(128, 10),
    ],
    "lenet": lambda: [
        nn.Conv2d(1, 4, 5), nn.Tanh(), *subsampling(4),
        nn.Conv2d(4, 12, 5), nn.Tanh(), *subsampling(12), nn.Flatten(), nn.Linear(192, 10),
    ],
}


def vgg16():
    channels = 3
    for filters, convolutions in (64, 2), (128, 2), (256, 3), (512, 3), (512, 3):
        for _ in range(convolutions):
            yield from (nn.Conv2d(channels, filters, 3, padding=1), nn.ReLU())
            channels = filters
        yield nn.MaxPool2d(2)
    yield from (nn.Flatten(), nn.Linear(25088, 4096), nn.ReLU(), nn.Dropout(0.5))
    yield from (nn.Linear(4096, 4096), nn.ReLU(), nn.Dropout(0.5), nn.Linear(4096, 1000))


NETWORKS["vgg16"] = vgg16


def network(item):
    """The network of an item; those that this file does not have are torchvision's."""
    torch.manual_seed(item["seed"])
    if item["network"] in NETWORKS:
        model = nn.Sequential(*NETWORKS[item["network"]]())
    else:
        import torchvision

        more = {"init_weights": False} if item["network"] in ("googlenet", "inceptionv3") else {}
        model = getattr(torchvision.models, item["network"].replace("inceptionv3", "inception_v3"))(**more)
    return model.to(device, memory_format=layout)


OPTIMIZERS = {
    "rmsprop": lambda p: torch.optim.RMSprop(p, 0.001, alpha=0.9, eps=1e-7, foreach=True),
    "momentum": lambda p: torch.optim.SGD(p, 0.01, momentum=0.9, fused=True),
    "adam": lambda p: torch.optim.Adam(p, 0.001, eps=1e-7, fused=True),
}


def images(part):
    x, labels = contender.mnist(part)
    return channels_first(x).to(device), torch.from_numpy(labels).to(device)


class Trainer:
    def __init__(self, item):
        self.item, self.model = item, network(item)
        self.optimizer = OPTIMIZERS[item["optimizer"]](self.model.parameters())
        self.model = compile(self.model)
        self.loss = nn.CrossEntropyLoss()
        if item["network"] in contender.SMALL:
            self.x, self.y = images("train")

    def error(self, x, y):
        """E of a batch; of GoogLeNet and Inception-v3 with those of the heads in the middle, times 0.3."""
        out = self.model(x)
        if isinstance(out, tuple):
            return self.loss(out[0], y) + 0.3 * sum(self.loss(head, y) for head in out[1:])
        return self.loss(out, y)

    def step(self, x, y):
        self.optimizer.zero_grad()
        self.error(x, y).backward()
        self.optimizer.step()

    def epoch(self, n, batch):
        """Train on the first n images and return the seconds it took."""
        wait()
        began = time.perf_counter()
        self.model.train()
        for index in torch.randperm(n, device=device).split(batch):
            self.step(self.x[index], self.y[index])
        wait()
        return time.perf_counter() - began

    def steps(self, n, batch):
        """Train on n images in the host's memory and return the seconds of a step."""
        x = channels_first(contender.pictures(self.item))
        y = (torch.arange(batch) * 7 % 1000).pin_memory() if on_card else torch.arange(batch) * 7 % 1000
        self.model.train()
        wait()
        began = time.perf_counter()
        for _ in range(n // batch):
            self.step(x.to(device, non_blocking=True), y.to(device, non_blocking=True))
        wait()
        return (time.perf_counter() - began) / (n // batch)

    def accuracy(self, x, y):
        self.model.eval()
        with torch.inference_mode():
            right = sum((self.model(a).argmax(1) == b).sum().item() for a, b in zip(x.split(1000), y.split(1000)))
        return right / len(x)


def goal(item):
    trainer, test = Trainer(item), images("t10k")
    for epoch in range(item["epochs"]):
        trainer.epoch(item["samples"], item["batch"])
        accuracy = trainer.accuracy(*test)
        if accuracy >= item["accuracy"]:
            break
    return {"epochs": epoch + 1, "accuracy": accuracy}


def inference(item):
    model = compile(nn.Sequential(network(item), nn.Softmax(1)).eval())
    x = channels_first(contender.pictures(item))
    return lambda: model(x.to(device, non_blocking=True)).cpu()


def gemm(item):
    m, k, n = item["m"], item["k"], item["n"]
    a, b = (torch.from_numpy(contender.random(*shape)).to(device) for shape in ((m, k), (k, n)))
    if item["transpose"][0] == "T":
        a = a.T.contiguous().T
    if item["transpose"][1] == "T":
        b = b.T.contiguous().T
    out = torch.empty(m, n, device=device)
    torch.backends.cuda.matmul.allow_tf32 = contender.TF32 or item.get("tf32", False)
    return lambda: torch.mm(a, b, out=out)


def conv(item):
    n, side, c, f, size, stride = (item[k] for k in ("batch", "side", "channels", "filters", "size", "stride"))
    pad = item.get("pad", 0)  # what is 0 is left out of a question
    out = (side + 2 * pad - size) // stride + 1
    x, w, dy = (
        torch.from_numpy(contender.random(*shape)).to(device).contiguous(memory_format=layout)
        for shape in ((n, c, side, side), (f, c, size, size), (n, f, out, out))
    )
    if item["pass"] == "forward":
        return lambda: torch.nn.functional.conv2d(x, w, stride=stride, padding=pad)
    mask = [item["pass"] == "input", item["pass"] == "kernel", False]
    backward = torch.ops.aten.convolution_backward
    return lambda: backward(dy, x, w, None, [stride, stride], [pad, pad], [1, 1], False, [0, 0], 1, mask)


def stream(item):
    x = torch.from_numpy(contender.random(item["m"], item["n"])).to(device)
    y = torch.zeros_like(x)
    return {
        "copy": lambda: y.copy_(x),
        "axpy": lambda: y.add_(x, alpha=0.5),
        "relu": lambda: torch.clamp(x, min=0, out=y),
        "softmax": lambda: torch.softmax(x, 1),
        "moments": lambda: torch.var_mean(x, 0, correction=0),
        "sum": lambda: torch.sum(x, 0),
    }[item["pass"]]


REPEATED = {"inference": inference, "gemm": gemm, "conv": conv, "stream": stream}
trainers = {}


def do(item):
    if item["kind"] == "goal":
        return goal(item)
    if item["kind"] in REPEATED:
        with torch.inference_mode():
            return {"seconds": contender.repeat(item["budget"], REPEATED[item["kind"]](item), wait)}
    if item["work"] not in trainers:
        trainers.clear()  # of what is trained only the last stays in memory
        trainers[item["work"]] = Trainer(item)
    n = contender.warm_samples(item) if item.get("warm") else item["samples"]
    trainer = trainers[item["work"]]
    return {"seconds": (trainer.steps if item["kind"] == "step" else trainer.epoch)(n, item["batch"])}


where = torch.cuda.get_device_name() if on_card else torch.backends.cpu.get_cpu_capability()
contender.serve(f"PyTorch {torch.__version__}, {where}", do)
