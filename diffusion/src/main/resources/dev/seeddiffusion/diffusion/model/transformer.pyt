# The transformer, in TorchScript's serialised dialect: explicit torch calls, positional arguments, typed.
#
# b rows, n tokens, d hidden width, hq query heads, hkv key-value heads, dh head width, f feed-forward width, v vocabulary.
# w holds all weights in the order of WeightLayout; a layer's begin at w[at]. Matrices and K/V have dtype ${dtype};
# the residual stream, the norms and the logits are float32.

  def linear(self: __torch__.M, x: Tensor, weight: Tensor) -> Tensor:
    return torch.linear(torch.to(x, ${dtype}), torch.to(weight, ${dtype}))

  def rotate(self: __torch__.M, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    low = torch.narrow(x, -1, 0, ${halfHeadWidth})
    high = torch.narrow(x, -1, ${halfHeadWidth}, ${halfHeadWidth})
    return torch.add(torch.mul(x, cos), torch.mul(torch.cat([torch.neg(high), low], -1), sin))  # (b, h, n, dh)

  def heads(self: __torch__.M, x: Tensor, w: List[Tensor], at: int, cos: Tensor, sin: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
    b = torch.size(x, 0)
    n = torch.size(x, 1)
    h = torch.rms_norm(x, [${hiddenWidth}], w[at], ${normEpsilon})
    qkv = torch.view((self).linear(h, w[torch.add(at, 1)], ), [b, n, ${allHeads}, ${headWidth}])
    q = torch.rms_norm(torch.to(torch.narrow(qkv, 2, 0, ${queryHeads}), 6), [${headWidth}], w[torch.add(at, 2)], ${normEpsilon})
    k = torch.rms_norm(torch.to(torch.narrow(qkv, 2, ${queryHeads}, ${keyValueHeads}), 6), [${headWidth}], w[torch.add(at, 3)], ${normEpsilon})
    v = torch.transpose(torch.narrow(qkv, 2, ${firstValueHead}, ${keyValueHeads}), 1, 2)
    q = torch.to((self).rotate(torch.transpose(q, 1, 2), cos, sin, ), ${dtype})
    k = torch.to((self).rotate(torch.transpose(k, 1, 2), cos, sin, ), ${dtype})
    return (q, k, v)  # (b, hq, n, dh), (b, hkv, n, dh), (b, hkv, n, dh)

  def rest(self: __torch__.M, x: Tensor, a: Tensor, w: List[Tensor], at: int) -> Tensor:
    b = torch.size(x, 0)
    n = torch.size(x, 1)
    a = torch.reshape(torch.transpose(a, 1, 2), [b, n, ${attentionWidth}])
    x = torch.add(x, torch.to((self).linear(a, w[torch.add(at, 4)], ), 6))
    h = torch.rms_norm(x, [${hiddenWidth}], w[torch.add(at, 5)], ${normEpsilon})
    g = (self).linear(h, w[torch.add(at, 6)], )  # (b, n, 2 f): gate, then up
    g = torch.mul(torch.silu(torch.narrow(g, 2, 0, ${feedForwardWidth})), torch.narrow(g, 2, ${feedForwardWidth}, ${feedForwardWidth}))
    return torch.add(x, torch.to((self).linear(g, w[torch.add(at, 7)], ), 6))

  def logits(self: __torch__.M, x: Tensor, w: List[Tensor]) -> Tensor:
    h = torch.rms_norm(x, [${hiddenWidth}], w[1], ${normEpsilon})
    y = torch.to((self).linear(h, w[${head}], ), 6)
    _0 = torch.fill_(torch.narrow(y, -1, ${mask}, 1), -inf)  # the mask token is never an output
    return y

  # Rows without a cache, each under its own mask: training, and the reference for everything else.
  # ids (b, n) int64, mask (b or 1, 1, n, n) boolean, cos and sin (n, dh): hidden states (b, n, d)
  def packed(self: __torch__.M, ids: Tensor, w: List[Tensor], cos: Tensor, sin: Tensor, mask: Tensor) -> Tensor:
    x = torch.to(torch.embedding(w[0], ids), 6)
    hidden = torch.masked_fill(torch.zeros_like(mask, dtype=${dtype}), torch.logical_not(mask), -inf)
    for i in range(${layers}):
      at = torch.add(${firstLayer}, torch.mul(i, ${layerWeights}))
      q, k, v, = (self).heads(x, w, at, cos, sin, )
      a = torch.scaled_dot_product_attention(q, k, v, hidden, 0., False, scale=None, enable_gqa=${grouped})
      x = (self).rest(x, a, w, at, )
    return x
