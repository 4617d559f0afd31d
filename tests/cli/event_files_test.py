"""What margay writes for TensorBoard, read by Google's protobuf library and a checksum made by its definition.

Usage: event_files_test.py MARGAY. Trains, goes on with that run, and reads its event files.
"""

import json
import math
import os
import struct
import subprocess
import sys
import tempfile

try:
    from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
except ImportError:
    print("SKIPPED: needs Debian's package python3-protobuf")
    sys.exit(0)

# Names, numbers and types of TensorFlow's event.proto and summary.proto, as far as margay uses them.
MESSAGES = {
    "Event": [("wall_time", 1, "DOUBLE"), ("step", 2, "INT64"), ("file_version", 3, "STRING"),
              ("summary", 5, "Summary"), ("session_log", 7, "SessionLog")],
    "SessionLog": [("status", 1, "INT32")],
    "Summary": [("value", 1, "*Value")],
    "Value": [("tag", 1, "STRING"), ("simple_value", 2, "FLOAT"), ("image", 4, "Image")],
    "Image": [("height", 1, "INT32"), ("width", 2, "INT32"), ("colorspace", 3, "INT32"),
              ("encoded_image_string", 4, "BYTES")],
}
RECIPE = """
[input]
width = 16
height = 16
[network]
layers = [{ op = "flatten" }, { op = "linear", out_features = "classes" }]
[training]
epochs = 2
batch_size = 8
threads = 1
"""


def event_class():
    field_type = descriptor_pb2.FieldDescriptorProto
    file = descriptor_pb2.FileDescriptorProto(name="events.proto", package="t", syntax="proto3")
    for name, fields in MESSAGES.items():
        message = file.message_type.add(name=name)
        for field, number, kind in fields:
            made = message.field.add(name=field, number=number, label=field_type.LABEL_OPTIONAL)
            if kind.startswith("*"):
                made.label, kind = field_type.LABEL_REPEATED, kind[1:]
            if kind in MESSAGES:
                made.type, made.type_name = field_type.TYPE_MESSAGE, ".t." + kind
            else:
                made.type = getattr(field_type, "TYPE_" + kind)
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.MessageFactory(pool).GetPrototype(pool.FindMessageTypeByName("t.Event"))


def masked_crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    crc ^= 0xFFFFFFFF
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def read_events(path, Event):
    with open(path, "rb") as file:
        data = file.read()
    events, at = [], 0
    while at < len(data):
        length, length_crc = struct.unpack_from("<QI", data, at)
        assert masked_crc32c(data[at:at + 8]) == length_crc, "checksum of a length"
        body = data[at + 12:at + 12 + length]
        assert masked_crc32c(body) == struct.unpack_from("<I", data, at + 12 + length)[0], "checksum of a record"
        event = Event.FromString(body)
        assert event.SerializeToString() and not event.UnknownFields(), "a field that TensorFlow does not have"
        events.append(event)
        at += 16 + length
    assert at == len(data), "bytes after the last record"
    assert events[0].file_version == "brain.Event:2" and events[0].wall_time > 1.6e9
    return events


def expected_scalars(record):
    scalars = {"learning_rate": record["learning_rate"], "images_per_second": record["images_per_second"]}
    for name, value in record.items():
        if name in scalars or name in ("epoch", "seconds"):
            continue
        validation = name.startswith("val_")
        scalars[name[4:] + "/validation" if validation else name + "/train"] = value
    return {tag: value for tag, value in scalars.items() if value is not None}


def check_epochs(events, history):
    assert [event.step for event in events] == [record["epoch"] for record in history]
    for event, record in zip(events, history):
        found = {value.tag: value.simple_value for value in event.summary.value}
        expected = expected_scalars(record)
        assert found.keys() == expected.keys(), (found, expected)
        assert {"loss/train", "loss/validation", "accuracy/train", "accuracy/validation"} <= found.keys()
        for tag, value in expected.items():
            assert math.isclose(found[tag], value, rel_tol=1e-6), (tag, found[tag], value)


def check_pictures(events, run):
    assert [event.summary.value[0].tag for event in events] == ["samples"]
    image = events[0].summary.value[0].image
    with open(os.path.join(run, "samples.png"), "rb") as file:
        png = file.read()
    assert events[0].step == 0 and image.encoded_image_string == png and image.colorspace == 3
    assert (image.width, image.height) == struct.unpack(">II", png[16:24])


def check(margay, folder):
    def call(*words):
        subprocess.run([margay, *words], cwd=folder, check=True, stdout=subprocess.DEVNULL)

    with open(os.path.join(folder, "small.toml"), "w") as file:
        file.write(RECIPE)
    call("dataset", "draw", "drawn", "--count", "12")
    call("train", "drawn", "--recipe", "small.toml", "--out", "run", "--quiet")
    call("train", "--resume", "run", "--epochs", "4", "--quiet")

    run = os.path.join(folder, "run")
    with open(os.path.join(run, "history.jsonl")) as file:
        history = [json.loads(line) for line in file]
    assert len(history) == 4
    names = sorted(name for name in os.listdir(run) if name.startswith("events.out.tfevents."))
    assert len(names) == 2, names
    Event = event_class()
    first, second = [read_events(os.path.join(run, name), Event) for name in names]
    check_pictures([event for event in first[1:] if event.step == 0], run)
    check_epochs([event for event in first[1:] if event.step > 0], history[:2])
    # TensorBoard forgets what it knows of the steps from this one on.
    assert second[1].step == 3 and second[1].session_log.status == 1
    check_epochs(second[2:], history[2:])

    # As after a kill before the first checkpoint: all begins anew, and TensorBoard forgets everything.
    for name in ("checkpoint.safetensors", "checkpoint.previous.safetensors", "model.safetensors"):
        os.remove(os.path.join(run, name))
    call("train", "--resume", "run", "--epochs", "2", "--quiet")
    names = sorted(name for name in os.listdir(run) if name.startswith("events.out.tfevents."))
    anew = read_events(os.path.join(run, names[-1]), Event)
    assert len(names) == 3 and anew[1].step == 0 and anew[1].session_log.status == 1
    check_pictures([event for event in anew[2:] if event.step == 0], run)
    with open(os.path.join(run, "history.jsonl")) as file:
        check_epochs([event for event in anew[2:] if event.step > 0], [json.loads(line) for line in file])
    print(f"{len(first) + len(second)} records are as they should be")


with tempfile.TemporaryDirectory() as temporary:
    check(sys.argv[1], temporary)
