"""PyTorch on the CPU, eager, with the fused Adam: the fastest of its ways here (see README.md).

Speaks the protocol of lib/worker.mjs over standard input and output. Data and starting weights come with `prepare` as
base64 of little-endian float32 or int32, so that they are made in one place only.

    python pytorch.py [--threads N]        without --threads: PyTorch's own choice
"""

import base64
import json
import sys
import time

THREADS = int(sys.argv[sys.argv.index("--threads") + 1]) if "--threads" in sys.argv else None
# Nothing but answers may reach standard output.
ANSWERS = sys.stdout
sys.stdout = sys.stderr


class Run:
    """One workload: a Sequential of Linear layers, batches as tensors made beforehand."""

    def __init__(self, request):
        import torch

        self.torch = torch
        functional = torch.nn.functional
        self.case = case = request["case"]
        self.weights = [
            (
                self.tensor(layer["kernel"], (layer["inputs"], layer["units"])).T.contiguous(),
                self.tensor(layer["bias"], (layer["units"],)),
            )
            for layer in request["weights"]
        ]
        size, sizes = case["batchSize"], case["sizes"]
        labels = self.tensor(request["labels"], (-1,), torch.int32)
        self.xs = self.tensor(request["x"], (-1, sizes[0])).split(size)
        if case["loss"] == "softmaxCrossentropy":
            self.ys = labels.long().split(size)
            self.loss_of = functional.cross_entropy
        else:
            self.ys = labels.float().reshape(-1, 1).split(size)
            self.loss_of = functional.binary_cross_entropy_with_logits
        hidden = torch.nn.ReLU if case["hidden"] == "relu" else torch.nn.Sigmoid
        layers = []
        for inputs, units in zip(sizes, sizes[1:]):
            layers += [torch.nn.Linear(inputs, units), hidden()]
        layers.pop()
        if case["loss"] == "sigmoidSquaredError":
            layers.append(torch.nn.Sigmoid())
            self.loss_of = functional.mse_loss
        self.model = torch.nn.Sequential(*layers)

    def tensor(self, text, shape, dtype=None):
        raw = bytearray(base64.b64decode(text))
        return self.torch.frombuffer(raw, dtype=dtype or self.torch.float32).reshape(shape)

    def reset(self):
        torch = self.torch
        linear = [layer for layer in self.model if isinstance(layer, torch.nn.Linear)]
        with torch.no_grad():
            for layer, (kernel, bias) in zip(linear, self.weights):
                layer.weight.copy_(kernel)
                layer.bias.copy_(bias)
        rule, parameters = self.case["optimizer"], self.model.parameters()
        if rule["kind"] == "adam":
            betas = (rule["beta1"], rule["beta2"])
            self.optimizer = torch.optim.Adam(
                parameters, rule["learningRate"], betas=betas, eps=rule["epsilon"], fused=True
            )
        else:
            self.optimizer = torch.optim.SGD(
                parameters, rule["learningRate"], momentum=rule["momentum"], fused=True
            )
        self.next = 0

    def step(self, count):
        model, optimizer, loss_of, xs, ys = self.model, self.optimizer, self.loss_of, self.xs, self.ys
        for _ in range(count):
            optimizer.zero_grad()
            loss_of(model(xs[self.next]), ys[self.next]).backward()
            optimizer.step()
            self.next = (self.next + 1) % len(xs)

    def loss(self):
        with self.torch.no_grad():
            losses = [self.loss_of(self.model(x), y).item() for x, y in zip(self.xs, self.ys)]
        return sum(losses) / len(losses)


def open_torch():
    import torch

    if THREADS is not None:
        torch.set_num_threads(THREADS)
        torch.set_num_interop_threads(THREADS)
    return torch


def resident_bytes():
    """The process's resident memory now (Linux), or its peak where that is all there is."""
    try:
        with open("/proc/self/statm") as file:
            import resource

            return int(file.read().split()[1]) * resource.getpagesize()
    except OSError:
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


class Session:
    run = None

    def open(self, request):
        try:
            torch = open_torch()
        except ImportError as error:
            return {"unavailable": f"{sys.executable.rsplit('/', 1)[-1]} has no torch ({error})"}
        return {"version": torch.__version__, "threads": torch.get_num_threads()}

    def prepare(self, request):
        self.run = Run(request)
        return {"unit": 1}

    def reset(self, request):
        self.run.reset()
        return {}

    def step(self, request):
        start, cpu = time.perf_counter(), time.thread_time()
        self.run.step(request["count"])
        return {"ms": (time.perf_counter() - start) * 1e3, "cpu": (time.thread_time() - cpu) * 1e3}

    def loss(self, request):
        return {"loss": self.run.loss()}

    def startup(self, request):
        start = time.perf_counter()
        open_torch()
        self.run = Run(request)
        self.run.reset()
        self.run.step(1)
        return {"ms": (time.perf_counter() - start) * 1e3}

    def memory(self, request):
        return {"rss": resident_bytes()}

    def dispose(self, request):
        self.run = None
        return {}


def main():
    session = Session()
    for line in sys.stdin:
        try:
            request = json.loads(line)
            answer = getattr(session, request["do"])(request)
        except Exception as error:  # every failure is an answer
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), file=ANSWERS, flush=True)


if __name__ == "__main__":
    main()
