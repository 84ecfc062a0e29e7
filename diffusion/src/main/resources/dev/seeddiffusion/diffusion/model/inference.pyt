# What serving adds to transformer.pyt: a KV cache written in place, and choosing tokens without copying logits out.

  # Which of the total positions each of n new tokens sees: the first `clean` see causally, the others everything.
  def visible(self: __torch__.M, start: int, clean: int, n: int) -> Tensor:
    mask = torch.tril(torch.ones([n, torch.add(start, n)], dtype=11, layout=None, device=None, pin_memory=None), start)
    _0 = torch.fill_(torch.narrow(mask, 0, clean, torch.sub(n, clean)), True)
    return mask

  # ids (1, n) int64: `clean` tokens that stay, then the canvas. Writes the K and V of all n at `start`.
  # keys, values: per layer (1, hkv, capacity, dh). Returns float32 logits (n - first, v).
  def forward(self: __torch__.M, ids: Tensor, start: int, clean: int, first: int, w: List[Tensor], keys: List[Tensor], values: List[Tensor], cos: Tensor, sin: Tensor) -> Tensor:
    n = torch.size(ids, 1)
    total = torch.add(start, n)
    c = torch.unsqueeze(torch.narrow(cos, 0, start, n), 1)
    s = torch.unsqueeze(torch.narrow(sin, 0, start, n), 1)
    mask = (self).visible(start, clean, n, )
    masked = torch.gt(torch.mul(clean, torch.sub(n, 1)), 0)  # a canvas alone, or one token alone, sees everything
    x = torch.to(torch.embedding(w[0], ids), 6)
    for i in range(${layers}):
      at = torch.add(${firstLayer}, torch.mul(i, ${layerWeights}))
      q, k, v, = (self).heads(x, w, at, c, s, )
      _0 = torch.copy_(torch.narrow(keys[i], 2, start, n), k)
      _1 = torch.copy_(torch.narrow(values[i], 2, start, n), v)
      allk = torch.narrow(keys[i], 2, 0, total)
      allv = torch.narrow(values[i], 2, 0, total)
      if masked:
        a = torch.scaled_dot_product_attention(q, allk, allv, mask, 0., False, scale=None, enable_gqa=${grouped})
      else:
        a = torch.scaled_dot_product_attention(q, allk, allv, None, 0., False, scale=None, enable_gqa=${grouped})
      x = (self).rest(x, a, w, at, )
    y = torch.narrow(torch.select(x, 0, 0), 0, first, torch.sub(n, first))
    return (self).logits(y, w, )

  # The likeliest token of each row and its probability: ids (n) int64, confidence (n) float32.
  def likeliest(self: __torch__.M, logits: Tensor) -> List[Tensor]:
    p, ids, = torch.max(torch.softmax(logits, -1), -1, False)
    return [ids, p]

  # One token a row from softmax(logits / temperature), cut to the smallest set of probability top_p, by the inverse
  # of its distribution function at uniforms (n, 1) in [0, 1). Confidence is the model's own probability, untempered.
  def sample(self: __torch__.M, logits: Tensor, temperature: float, top_p: float, uniforms: Tensor) -> List[Tensor]:
    p, order, = torch.sort(torch.softmax(torch.div(logits, temperature), -1), -1, True)
    before = torch.sub(torch.cumsum(p, -1), p)
    kept = torch.mul(p, torch.lt(before, top_p))
    reached = torch.cumsum(kept, -1)
    target = torch.mul(uniforms, torch.narrow(reached, -1, -1, 1))
    rank = torch.sum(torch.le(reached, target), [-1], True)
    rank = torch.clamp(rank, 0, torch.sub(torch.size(p, -1), 1))
    ids = torch.gather(order, -1, rank)
    confidence = torch.gather(torch.softmax(logits, -1), -1, ids)
    return [torch.squeeze(ids, -1), torch.squeeze(confidence, -1)]

  # Entropy of each row in nats: (n) float32. The mask token's probability is 0 and adds nothing.
  def entropies(self: __torch__.M, logits: Tensor) -> Tensor:
    return torch.sum(torch.special_entr(torch.softmax(logits, -1)), [-1])

  # By how much each row's likeliest token leads the second, as probability: (n) float32.
  def margins(self: __torch__.M, logits: Tensor) -> Tensor:
    p, _0, = torch.topk(torch.softmax(logits, -1), 2, -1, True, True)
    return torch.sub(torch.select(p, -1, 0), torch.select(p, -1, 1))

  def empty_cache(self: __torch__.M, capacity: int) -> Tensor:
    return torch.zeros([1, ${keyValueHeads}, capacity, ${headWidth}], dtype=${dtype}, layout=None, device=None, pin_memory=None)

  # Clean K and V of n tokens from `start`, as float32 (layers, 2, hkv, n, dh); every bfloat16 is one exactly.
  def read_cache(self: __torch__.M, keys: List[Tensor], values: List[Tensor], start: int, n: int) -> Tensor:
    parts = annotate(List[Tensor], [])
    for i in range(${layers}):
      _0 = torch.append(parts, torch.narrow(torch.select(keys[i], 0, 0), 1, start, n))
      _1 = torch.append(parts, torch.narrow(torch.select(values[i], 0, 0), 1, start, n))
    all = torch.reshape(torch.stack(parts, 0), [${layers}, 2, ${keyValueHeads}, n, ${headWidth}])
    return torch.to(all, 6)

  def write_cache(self: __torch__.M, keys: List[Tensor], values: List[Tensor], start: int, all: Tensor) -> Tensor:
    n = torch.size(all, 3)
    for i in range(${layers}):
      layer = torch.select(all, 0, i)
      _0 = torch.copy_(torch.narrow(torch.select(keys[i], 0, 0), 1, start, n), torch.select(layer, 0, 0))
      _1 = torch.copy_(torch.narrow(torch.select(values[i], 0, 0), 1, start, n), torch.select(layer, 0, 1))
    return all

  # A weight as it is computed with.
  def weight(self: __torch__.M, x: Tensor) -> Tensor:
    return torch.to(x, ${dtype})
