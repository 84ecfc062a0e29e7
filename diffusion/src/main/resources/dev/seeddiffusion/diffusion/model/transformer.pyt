# The transformer, in TorchScript's serialised dialect: explicit torch calls, positional arguments, typed.
#
# b rows, n tokens, d hidden width, hq query heads, hkv key-value heads, dh head width, f feed-forward width, v vocabulary.
# w holds all weights in the order of WeightLayout; a layer's begin at w[at]. Matrices and K/V have dtype ${dtype};
# the residual stream, the norms and the logits are float32. Where families differ, one of several files is put in.
# Beside it stand `linear`, `biased` and `head`: plain.pyt for weights as they are trained, inference.pyt for weights as
# they are served.

  # RMS norm over the last dimension, the width: PyTorch's own takes many more passes over x, its gradient most of all.
  def norm(self: __torch__.M, x: Tensor, gain: Tensor, width: int) -> Tensor:
    length = torch.linalg_vector_norm(x, 2, [-1], True)
    scale = torch.rsqrt(torch.add(torch.div(torch.mul(length, length), width), ${normEpsilon}))
    return torch.mul(torch.mul(x, scale), gain)

  # x (b, n, h, dh), cos and sin (b or 1, n, 1, dh): sin's first half is negative
  def rotate(self: __torch__.M, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    return torch.addcmul(torch.mul(x, cos), torch.roll(x, [${halfHeadWidth}], [-1]), sin)

  def heads(self: __torch__.M, x: Tensor, w: List[Tensor], at: int, cos: Tensor, sin: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
    b = torch.size(x, 0)
    n = torch.size(x, 1)
    h = (self).norm(x, w[torch.add(at, ${ATTENTION_NORM})], ${hiddenWidth}, )
${queryKeyValue}
    q, k, v, = torch.split_with_sizes(torch.view(qkv, [b, n, ${allHeads}, ${headWidth}]), [${queryHeads}, ${keyValueHeads}, ${keyValueHeads}], 2)
${queryKeyNorm}
    q = torch.to((self).rotate(q, cos, sin, ), ${dtype})
    k = torch.to((self).rotate(k, cos, sin, ), ${dtype})
    return (torch.transpose(q, 1, 2), torch.transpose(k, 1, 2), torch.transpose(v, 1, 2))  # (b, hq, n, dh), (b, hkv, n, dh) twice

  def rest(self: __torch__.M, x: Tensor, a: Tensor, w: List[Tensor], at: int) -> Tensor:
    b = torch.size(x, 0)
    n = torch.size(x, 1)
    a = torch.reshape(torch.transpose(a, 1, 2), [b, n, ${attentionWidth}])
    x = torch.add(x, torch.to((self).linear(a, w[torch.add(at, ${ATTENTION_OUTPUT})], ), 6))
    h = (self).norm(x, w[torch.add(at, ${FEED_FORWARD_NORM})], ${hiddenWidth}, )
    gate, up, = torch.chunk((self).linear(h, w[torch.add(at, ${GATE_AND_UP})], ), 2, -1)  # (b, n, f) each
    h = torch.mul(torch.silu(gate), up)
    return torch.add(x, torch.to((self).linear(h, w[torch.add(at, ${DOWN})], ), 6))

  def logits(self: __torch__.M, x: Tensor, w: List[Tensor]) -> Tensor:
    h = (self).norm(x, w[1], ${hiddenWidth}, )
    y = torch.to((self).linear(h, (self).head(w, ), ), 6)
${maskLogit}
    return y

  # Rows without a cache, each under its own mask: training, and the reference for everything else.
  # ids (b, n) int64, mask (b or 1, 1, n, n) boolean, cos and sin (n, dh) or (b, n, dh): hidden states (b, n, d)
  def packed(self: __torch__.M, ids: Tensor, w: List[Tensor], cos: Tensor, sin: Tensor, mask: Tensor) -> Tensor:
    x = torch.to(torch.embedding(w[0], ids), 6)
    c = torch.unsqueeze(cos, -2)
    s = torch.unsqueeze(sin, -2)
    hidden = torch.masked_fill(torch.zeros_like(mask, dtype=${dtype}), torch.logical_not(mask), -inf)
    for i in range(${layers}):
      at = torch.add(${firstLayer}, torch.mul(i, ${layerWeights}))
      q, k, v, = (self).heads(x, w, at, c, s, )
      a = torch.scaled_dot_product_attention(q, k, v, hidden, 0., False, scale=None, enable_gqa=${grouped})
      x = (self).rest(x, a, w, at, )
    return x
