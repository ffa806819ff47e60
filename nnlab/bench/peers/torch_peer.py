"""PyTorch, eager or with torch.compile (the argument): networks, products, convolutions."""

import sys
import time

import torch
from torch import nn

import contender

torch.set_num_threads(contender.THREADS)
compiled = sys.argv[1] == "compile"


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
OPTIMIZERS = {
    "rmsprop": lambda p: torch.optim.RMSprop(p, 0.001, alpha=0.9, eps=1e-7, foreach=True),
    "momentum": lambda p: torch.optim.SGD(p, 0.01, momentum=0.9, fused=True),
    "adam": lambda p: torch.optim.Adam(p, 0.001, eps=1e-7, fused=True),
}


def images(part):
    x, labels = contender.mnist(part)
    x = torch.from_numpy(x).permute(0, 3, 1, 2).contiguous(memory_format=torch.channels_last)
    return x, torch.from_numpy(labels)


class Trainer:
    def __init__(self, item):
        torch.manual_seed(item["seed"])
        model = nn.Sequential(*NETWORKS[item["network"]]()).to(memory_format=torch.channels_last)
        self.optimizer = OPTIMIZERS[item["optimizer"]](model.parameters())
        self.model = torch.compile(model, dynamic=False) if compiled else model
        self.loss = nn.CrossEntropyLoss()
        self.x, self.y = images("train")

    def epoch(self, n, batch):
        """Train on the first n images and return the seconds it took."""
        began = time.perf_counter()
        self.model.train()
        for index in torch.randperm(n).split(batch):
            self.optimizer.zero_grad()
            self.loss(self.model(self.x[index]), self.y[index]).backward()
            self.optimizer.step()
        return time.perf_counter() - began

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
    torch.manual_seed(item["seed"])
    model = nn.Sequential(*NETWORKS[item["network"]](), nn.Softmax(1)).to(memory_format=torch.channels_last).eval()
    model = torch.compile(model, dynamic=False) if compiled else model
    x = torch.from_numpy(contender.pictures(item)).permute(0, 3, 1, 2).contiguous(memory_format=torch.channels_last)
    return lambda: model(x)


def gemm(item):
    m, k, n = item["m"], item["k"], item["n"]
    a, b = torch.from_numpy(contender.random(m, k)), torch.from_numpy(contender.random(k, n))
    if item["transpose"][0] == "T":
        a = a.T.contiguous().T
    if item["transpose"][1] == "T":
        b = b.T.contiguous().T
    out = torch.empty(m, n)
    return lambda: torch.mm(a, b, out=out)


def conv(item):
    n, side, c, f, size, stride = (item[k] for k in ("batch", "side", "channels", "filters", "size", "stride"))
    pad = item.get("pad", 0)  # what is 0 is left out of a question
    out = (side + 2 * pad - size) // stride + 1
    x, w, dy = (
        torch.from_numpy(contender.random(*shape)).contiguous(memory_format=torch.channels_last)
        for shape in ((n, c, side, side), (f, c, size, size), (n, f, out, out))
    )
    if item["pass"] == "forward":
        return lambda: torch.nn.functional.conv2d(x, w, stride=stride, padding=pad)
    mask = [item["pass"] == "input", item["pass"] == "kernel", False]
    backward = torch.ops.aten.convolution_backward
    return lambda: backward(dy, x, w, None, [stride, stride], [pad, pad], [1, 1], False, [0, 0], 1, mask)


REPEATED = {"inference": inference, "gemm": gemm, "conv": conv}
trainers = {}


def do(item):
    if item["kind"] == "goal":
        return goal(item)
    if item["kind"] in REPEATED:
        with torch.inference_mode():
            return {"seconds": contender.repeat(item["budget"], REPEATED[item["kind"]](item))}
    if item["work"] not in trainers:
        trainers[item["work"]] = Trainer(item)
    n = contender.warm_samples(item) if item.get("warm") else item["samples"]
    return {"seconds": trainers[item["work"]].epoch(n, item["batch"])}


contender.serve(f"PyTorch {torch.__version__}, {torch.backends.cpu.get_cpu_capability()}", do)
