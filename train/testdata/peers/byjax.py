"""The networks without batch norm in JAX: the whole training step as one jitted function, channels last."""
import os

import numpy as np

from nets import NETS, Way, words


def network(name):
    """The weights, and the function of them and of pictures."""
    import jax
    from jax import lax, numpy as jnp

    (c, h, w), weights, layers, key = NETS[name][0], [], [], jax.random.PRNGKey(0)

    def layer(run, *shape):
        weights.append((jax.random.normal(key, shape) * 0.05, jnp.zeros(shape[-1])) if shape else ())
        layers.append(run)

    for word in words(name):
        function = jnp.tanh if word.tanh else jax.nn.relu
        if word.kind == "c" and not word.norm:
            pads, strides = [(0 if word.valid else word.kernel // 2,) * 2] * 2, (word.stride,) * 2

            def conv(x, p, function=function, pads=pads, strides=strides):
                return function(lax.conv_general_dilated(x, p[0], strides, pads, dimension_numbers=("NHWC", "HWIO", "NHWC")) + p[1])

            layer(conv, word.kernel, word.kernel, c, word.n)
            c, h, w = word.n, *((s + 2 * pads[0][0] - word.kernel) // word.stride + 1 for s in (h, w))
        elif word.kind == "p":
            layer(lambda x, p: lax.reduce_window(x, -jnp.inf, lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID"))
            h, w = h // 2, w // 2
        elif word.kind == "g":
            layer(lambda x, p: x.mean((1, 2)))
        elif word.kind == "f":
            layer(lambda x, p: x.reshape(x.shape[0], -1))
            c = c * h * w
        elif word.kind in "do":
            function = function if word.kind == "d" else lambda x: x
            layer(lambda x, p, function=function: function(x @ p[0] + p[1]), c, word.n)
            c = word.n
        else:
            raise NotImplementedError("batch norm")

    def net(weights, x):
        for run, p in zip(layers, weights):
            x = run(x, p)
        return x

    return weights, net


def ways(name, batch):
    import jax
    from jax import numpy as jnp

    weights, net = network(name)
    c, h, w = NETS[name][0]
    x, y = jnp.array(np.random.rand(batch, h, w, c).astype("f")), jnp.arange(batch) % 10

    def loss(weights):
        return -jnp.mean(jax.nn.log_softmax(net(weights, x))[jnp.arange(batch), y])

    @jax.jit
    def step(weights, m, v, t):
        made, g = jax.value_and_grad(loss)(weights)
        m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, g)
        v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, g)
        rate = 1e-3 * jnp.sqrt(1 - 0.999**t) / (1 - 0.9**t)
        weights = jax.tree.map(lambda w, m, v: w - rate * m / (jnp.sqrt(v) + 1e-7), weights, m, v)
        return weights, m, v, t + 1, made

    zeros = jax.tree.map(jnp.zeros_like, weights)
    state, forward = [], jax.jit(net)

    def start():
        state[:] = weights, zeros, zeros, jnp.float32(1)

    def train():
        *state[:], made = step(*state)
        made.block_until_ready()

    return [Way(start, train, lambda: None, lambda: forward(state[0], x).block_until_ready())]


def peer(threads):
    # It takes the cores that it may run on, when it is first used.
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])
    import jax

    return f"JAX {jax.__version__}", ways
