# Writes what torchvision's mobilenet_v2 with these weights says about a photograph: the input [3, 224, 224]
# and the 1,000 logits, as float32.
# Run as: torchvision_answers.py WEIGHTS.pth PHOTO OUT; ends with status 77 where torchvision is not installed.
import sys

try:
    import torch
    import torchvision
    from PIL import Image
    from torchvision import transforms
except ImportError as missing:
    print(missing)
    sys.exit(77)

torch.set_num_threads(1)
network = torchvision.models.mobilenet_v2()
network.load_state_dict(torch.load(sys.argv[1], map_location="cpu"))
network.eval()
prepare = transforms.Compose([
    transforms.Resize(256),
    transforms.CenterCrop(224),
    transforms.ToTensor(),
    transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
])
picture = prepare(Image.open(sys.argv[2]).convert("RGB"))
with torch.no_grad(), open(sys.argv[3], "wb") as out:
    out.write(picture.numpy().tobytes())
    out.write(network(picture[None])[0].numpy().tobytes())
