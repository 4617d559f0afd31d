#!/usr/bin/python3
"""How many pictures a second one core augments with torchvision and Pillow (Debian: python3-torchvision):
the transforms of augment_bench.cpp under the same names, by CPU time."""
import time

import numpy as np
import torch
import torchvision.transforms as T
from PIL import Image

BILINEAR = T.InterpolationMode.BILINEAR
MEASURED_S = 0.4


def picture(side):
    y, x = np.mgrid[:side, :side]
    waves = np.stack([120 + 90 * np.sin(x * 0.05 + c) * np.cos(y * 0.07) for c in range(3)], -1)
    return Image.fromarray((waves + np.random.RandomState(1).uniform(-20, 20, waves.shape)).astype(np.uint8))


def noise(image):
    values = np.asarray(image, np.float32)
    return Image.fromarray((values + np.random.normal(0, 25.5, values.shape)).clip(0, 255).astype(np.uint8))


def transforms(side):
    return {
        "flip": T.RandomHorizontalFlip(),
        "vertical_flip": T.RandomVerticalFlip(),
        "rotate": T.RandomAffine(45, interpolation=BILINEAR),
        "shear": T.RandomAffine(0, shear=10, interpolation=BILINEAR),
        "all": T.Compose([T.RandomAffine(45, (0.15, 0.15), (0.5, 1.5), interpolation=BILINEAR),
                          T.RandomHorizontalFlip()]),
        "crop": T.RandomResizedCrop(side, interpolation=BILINEAR),
        "brightness": T.ColorJitter(brightness=0.2),
        "contrast": T.ColorJitter(contrast=0.2),
        "saturation": T.ColorJitter(saturation=0.2),
        "hue": T.ColorJitter(hue=0.1),
        "brightness,contrast,saturation,hue": T.ColorJitter(0.2, 0.2, 0.2, 0.1),
        "grayscale=1": T.RandomGrayscale(1.0),
        "blur": T.GaussianBlur(13, (0.1, 2.0)),
        "noise": noise,
        "trivialaugment": T.TrivialAugmentWide(interpolation=BILINEAR),
        "randaugment": T.RandAugment(interpolation=BILINEAR),
    }


def rate(transform, image):
    transform(image)
    count, start = 0, time.process_time()
    while time.process_time() - start < MEASURED_S:
        transform(image)
        count += 1
    return count / (time.process_time() - start)


torch.set_num_threads(1)
for side in (150, 224):
    image = picture(side)
    for name, transform in transforms(side).items():
        print(f"{name}/{side} {rate(transform, image):.0f} pictures/s", flush=True)
