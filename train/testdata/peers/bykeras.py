"""The networks in Keras on TensorFlow: a tf.function each for the training step and for inference."""
import os

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from nets import NETS, Way, words


def conv(x, filters, kernel, stride, padding="same", norm=True, depthwise=False):
    options = dict(strides=stride, padding=padding, use_bias=not norm)
    made = layers.DepthwiseConv2D(kernel, **options) if depthwise else layers.Conv2D(filters, kernel, **options)
    x = made(x)
    return layers.BatchNormalization()(x) if norm else x


def residual(x, filters, stride):
    y = layers.ReLU()(conv(x, filters, 3, stride))
    y = conv(y, filters, 3, 1)
    if stride != 1 or x.shape[-1] != filters:
        x = conv(x, filters, 1, stride)
    return layers.ReLU()(layers.Add()([y, x]))


def network(name):
    c, h, w = NETS[name][0]
    x = first = keras.Input((h, w, c))
    for word in words(name):
        function = layers.Activation("tanh" if word.tanh else "relu")
        if word.kind == "c":
            x = function(conv(x, word.n, word.kernel, word.stride, "valid" if word.valid else "same", word.norm))
        elif word.kind == "p":
            x = layers.MaxPooling2D(2)(x)
        elif word.kind == "r":
            x = residual(x, word.n, word.stride)
        elif word.kind == "m":
            x = layers.ReLU(6.0)(conv(x, None, 3, word.stride, depthwise=True))
            x = layers.ReLU(6.0)(conv(x, word.n, 1, 1))
        elif word.kind == "g":
            x = layers.GlobalAveragePooling2D()(x)
        elif word.kind == "f":
            x = layers.Flatten()(x)
        else:
            x = layers.Dense(word.n)(x)
            x = function(x) if word.kind == "d" else x
    return keras.Model(first, x)


def ways(name, batch):
    net, (c, h, w) = network(name), NETS[name][0]
    optimizer, loss = keras.optimizers.Adam(), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    optimizer.build(net.trainable_variables)
    variables = net.variables + optimizer.variables
    first = [v.numpy() for v in variables]
    x, y = tf.constant(np.random.rand(batch, h, w, c).astype("f")), tf.constant(np.arange(batch) % 10)

    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            made = loss(y, net(x, training=True))
        optimizer.apply(tape.gradient(made, net.trainable_variables), net.trainable_variables)
        return made

    infer = tf.function(lambda x: net(x, training=False))

    def start():
        for variable, value in zip(variables, first):
            variable.assign(value)

    return [Way(start, lambda: float(step(x, y)), lambda: None, lambda: infer(x).numpy())]


def peer(threads):
    tf.config.threading.set_intra_op_parallelism_threads(threads)
    return f"Keras {keras.__version__} on TensorFlow {tf.__version__}", ways
