#!/usr/bin/python3
"""A network of torchvision with random weights, and what it answers: the reference for margay's network of that name.

Usage: zoo_reference.py NETWORK FILE.safetensors

Writes parameters and buffers under their own names, rounded to bfloat16 beforehand and stored so; and in float32, but
computed in float64:
  reference.input                       pictures, N x 3 x size x size
  reference.logits                      what it answers at inference
  gradient.NAME                         of sum(logits * reference.weight) in training mode without dropout and
                                        stochastic depth; of large parameters every so many values alone, at most 2,000
  updated.NAME                          buffers after that step
  dropout.NAME, stochastic_depth.NAME   rates of modules
Needs python3-torch and python3-torchvision; exits with 77 where they are missing.
"""
import json
import os
import struct
import sys

try:
    import torch
    import torchvision
except ImportError as missing:
    print(f"{missing.name} is not installed")
    sys.exit(77)

OUTPUTS = 10
PICTURES = 4
GRADIENT_VALUES = 2000


def build(name):
    size = 32 if name == "vit_b_16" else 64
    more = {"image_size": size} if name == "vit_b_16" else {}
    return getattr(torchvision.models, name)(weights=None, num_classes=OUTPUTS, **more), size


def randomize(network):
    """Statistics, scales and shifts that are not the neutral first values, and no part that is switched off."""
    for name, tensor in network.state_dict().items():
        if name.endswith("running_var"):
            tensor.uniform_(0.5, 2.0)
        elif name.endswith("layer_scale"):
            tensor.uniform_(0.1, 0.4)
        elif name in ("class_token", "encoder.pos_embedding") or name.startswith("heads."):
            tensor.normal_(0, 0.5)
        elif tensor.dim() == 1:
            tensor.add_(torch.empty_like(tensor).uniform_(-0.3, 0.3))
        if tensor.is_floating_point():
            tensor.copy_(tensor.bfloat16())


def disable_dropout(network):
    """The rates that were set, by kind and name of the module."""
    rates = {}
    for name, module in network.named_modules():
        for kind, type in (("dropout", torch.nn.Dropout), ("stochastic_depth", torchvision.ops.StochasticDepth)):
            if isinstance(module, type) and module.p > 0:
                rates[f"{kind}.{name}"] = torch.tensor([module.p])
                module.p = 0.0
    return rates


def every_few(gradient):
    flat = gradient.flatten()
    return flat[:: -(-flat.numel() // GRADIENT_VALUES)]


def write(path, tensors):
    """The safetensors format: the length of a JSON header, the header, the values."""
    header, data, at = {}, [], 0
    for name, tensor in tensors.items():
        is_half = tensor.dtype == torch.bfloat16
        values = (tensor.view(torch.int16) if is_half else tensor.float().contiguous()).numpy().tobytes()
        header[name] = {"dtype": "BF16" if is_half else "F32", "shape": list(tensor.shape), "data_offsets": [at, at + len(values)]}
        data.append(values)
        at += len(values)
    text = json.dumps(header).encode()
    with open(path + ".part", "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for values in data:
            file.write(values)
    os.replace(path + ".part", path)


def main(name, path):
    torch.manual_seed(1)
    network, size = build(name)
    with torch.no_grad():
        randomize(network)
    state = network.state_dict()
    network = network.double()  # so that no value near zero falls on the other side of a relu by rounding
    tensors = {n: t.bfloat16() for n, t in state.items() if not n.endswith("num_batches_tracked")}
    pictures = torch.randn(PICTURES, 3, size, size)
    weight = torch.randn(PICTURES, OUTPUTS)
    with torch.no_grad():
        tensors["reference.logits"] = network.eval()(pictures.double())
    tensors.update(disable_dropout(network))
    (network.train()(pictures.double()) * weight).sum().backward()
    tensors.update({"reference.input": pictures, "reference.weight": weight})
    tensors.update({f"gradient.{n}": every_few(p.grad) for n, p in network.named_parameters()})
    tensors.update({f"updated.{n}": b for n, b in network.named_buffers() if not n.endswith("num_batches_tracked")})
    write(path, tensors)


if __name__ == "__main__":
    main(*sys.argv[1:])
