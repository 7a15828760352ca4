"""Prints as JSON what TensorBoard's own readers see in a folder of event files."""

import base64
import json
import sys

from google.protobuf import text_format
from tensorboard import context
from tensorboard.backend.event_processing import data_provider
from tensorboard.backend.event_processing import event_accumulator
from tensorboard.backend.event_processing import plugin_event_accumulator
from tensorboard.backend.event_processing import plugin_event_multiplexer
from tensorboard.compat.proto import graph_pb2
from tensorboard.plugins import base_plugin
from tensorboard.plugins.graph import graphs_plugin
from tensorboard.util import tensor_util

everything = {"scalars": 0, "histograms": 0, "images": 0, "tensors": 0}

# The reader for scripts.
seen = event_accumulator.EventAccumulator(sys.argv[1], size_guidance=everything).Reload()
tags = seen.Tags()
out = {
    "Scalars": [
        {"Tag": t, "Wall": e.wall_time, "Step": e.step, "Value": e.value}
        for t in tags["scalars"] for e in seen.Scalars(t)
    ],
    "Histograms": [
        {
            "Tag": t, "Wall": e.wall_time, "Step": e.step, "Limits": list(e.histogram_value.bucket_limit), "Counts": list(e.histogram_value.bucket),
            "Numbers": [getattr(e.histogram_value, n) for n in ("min", "max", "num", "sum", "sum_squares")],
        }
        for t in tags["histograms"] for e in seen.Histograms(t)
    ],
    "Images": [
        {
            "Tag": t, "Wall": e.wall_time, "Step": e.step, "Width": e.width, "Height": e.height,
            "PNG": base64.b64encode(e.encoded_image_string).decode(),
        }
        for t in tags["images"] for e in seen.Images(t)
    ],
}

# That of the web server, which makes tensors of all: how many there are of each
# plugin, and what the histograms' buckets hold in all.
served = plugin_event_accumulator.EventAccumulator(sys.argv[1], size_guidance=everything).Reload()
out["Served"] = {
    p: sum(len(served.Tensors(t)) for t in served.PluginTagToContent(p)) for p in ("scalars", "histograms", "images")
}
out["ServedCount"] = sum(
    float(tensor_util.make_ndarray(e.tensor_proto)[:, 2].sum())
    for t in served.PluginTagToContent("histograms") for e in served.Tensors(t)
)


def nodes(graph):
    return [
        "%s = %s(%s) %s, %d params" % (
            n.name, n.op, ", ".join(n.input),
            [d.size for d in n.attr["_output_shapes"].list.shape[0].dim], n.attr["params"].i,
        )
        for n in graph.node
    ]


# The graph, as scripts read it, and as the web server sends it to the browser.
if tags["graph"]:
    out["Graph"] = nodes(seen.Graph())
runs = plugin_event_multiplexer.EventMultiplexer().AddRun(sys.argv[1], "run").Reload()
provider = data_provider.MultiplexerDataProvider(runs, sys.argv[1])
plugin = graphs_plugin.GraphsPlugin(base_plugin.TBContext(data_provider=provider))
request = context.RequestContext()
if plugin.info_impl(request, experiment="")["run"]["run_graph"]:
    sent, _ = plugin.graph_impl(request, "run", None, False, experiment="", limit_attr_size=1024, large_attrs_key="_too_large_attrs")
    out["ServedGraph"] = nodes(text_format.Parse(sent, graph_pb2.GraphDef()))
json.dump(out, sys.stdout)
