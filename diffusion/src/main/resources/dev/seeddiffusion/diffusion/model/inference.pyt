# What serving adds to transformer.pyt: a KV cache written in place, and choosing tokens without copying logits out.

  # The matrix product for a weight from laid_out().
  def linear(self: __torch__.M, x: Tensor, weight: Tensor) -> Tensor:
    return (self).biased(x, weight, None, )

  def biased(self: __torch__.M, x: Tensor, weight: Tensor, bias: Optional[Tensor]) -> Tensor:
    h = torch.to(x, ${dtype})
    if torch.eq(ops.prim.dtype(weight), 12):
      y = (self).from_int8(h, weight, bias, )
    elif ops.prim.is_mkldnn(weight):
      y = ops.mkldnn._linear_pointwise(h, weight, bias, "none", annotate(List[Optional[number]], []), "")
    else:
      y = torch.linear(h, weight, bias)
    return y

  # A matrix as it is multiplied with: on a CPU laid out anew, once, in the order in which oneDNN reads it.
  def laid_out(self: __torch__.M, x: Tensor) -> Tensor:
    y = x
    if torch.__not__(ops.prim.is_cuda(x)):
      y = ops.mkldnn._reorder_linear_weight(x, 32)
    return y

  # A matrix in int8, with a scale for each row.
  def in_int8(self: __torch__.M, x: Tensor) -> Tensor:
    f = torch.to(x, 6)
    scales = torch.clamp_min(torch.div(torch.amax(torch.abs(f), [1], False), 127.), 1e-30)
    return torch.quantize_per_channel(f, scales, torch.zeros_like(scales), 0, 12)

  # The product with such a matrix, some rows at a time: what they are converted to is soon free again.
  def from_int8(self: __torch__.M, h: Tensor, weight: Tensor, bias: Optional[Tensor]) -> Tensor:
    matrix = torch.int_repr(weight)
    rows = torch.size(matrix, 0)
    parts = annotate(List[Tensor], [])
    for i in range(torch.floordiv(torch.add(rows, 4095), 4096)):
      first = torch.mul(i, 4096)
      part = torch.narrow(matrix, 0, first, ops.prim.min(4096, torch.sub(rows, first)))
      _0 = torch.append(parts, torch.linear(h, torch.to(part, ${dtype})))
    y = torch.mul(torch.cat(parts, -1), torch.q_per_channel_scales(weight))
    if torch.__isnot__(bias, None):
      y = torch.add(y, unchecked_cast(Tensor, bias))
    return torch.to(y, ${dtype})

  # The last of the weights, even where it is tied to the embedding.
  def head(self: __torch__.M, w: List[Tensor]) -> Tensor:
    return w[-1]

  # Which of the total positions each of n new tokens sees: the first `clean` and a guess after them see to the end of
  # their block, of `block` positions but for the first (1 is causal), the others, the canvas, everything but the guess.
  # What is added to the scores: 0 or -inf.
  def visible(self: __torch__.M, start: int, clean: int, guess: int, n: int, block: int, first: int) -> Tensor:
    total = torch.add(start, n)
    rows = torch.arange(start, total, dtype=4, layout=None, device=None, pin_memory=None)
    ends = torch.add(torch.mul(torch.floor_divide(torch.add(rows, torch.sub(block, first)), block), block), first)
    columns = torch.arange(0, total, dtype=4, layout=None, device=None, pin_memory=None)
    mask = torch.lt(torch.unsqueeze(columns, 0), torch.unsqueeze(ends, 1))
    read = torch.add(clean, guess)
    canvas = torch.narrow(mask, 0, read, torch.sub(n, read))
    _0 = torch.fill_(canvas, True)
    _1 = torch.fill_(torch.narrow(canvas, 1, torch.add(start, clean), guess), False)
    return torch.masked_fill(torch.zeros_like(mask, dtype=${dtype}), torch.logical_not(mask), -inf)

  # Rows of cos or sin for a sequence's n new tokens; the canvas stands where the guess does.
  def places(self: __torch__.M, table: Tensor, start: int, clean: int, guess: int, n: int) -> Tensor:
    read = torch.add(clean, guess)
    return torch.cat([torch.narrow(table, 0, start, read), torch.narrow(table, 0, torch.add(start, clean), torch.sub(n, read))], 0)

  # Sequences of lengths[r] tokens at starts[r] side by side in ids (1, n) int64: cleans[r] that stay, guesses[r] to check, a canvas.
  # Writes the K and V of them all. keys, values: per sequence and layer (1, hkv, capacity, dh). What looks at single
  # tokens runs over all at once, attention sequence by sequence. Returns float32 logits (lengths[r] - firsts[r], v) each.
  def forward(self: __torch__.M, ids: Tensor, starts: List[int], lengths: List[int], cleans: List[int], guesses: List[int], firsts: List[int], blocks: List[int], firstblocks: List[int], w: List[Tensor], keys: List[List[Tensor]], values: List[List[Tensor]], cos: Tensor, sin: Tensor) -> List[Tensor]:
    sequences = torch.len(starts)
    cs = annotate(List[Tensor], [])
    ss = annotate(List[Tensor], [])
    masks = annotate(List[Tensor], [])
    for r in range(sequences):
      _0 = torch.append(cs, (self).places(cos, starts[r], cleans[r], guesses[r], lengths[r], ))
      _1 = torch.append(ss, (self).places(sin, starts[r], cleans[r], guesses[r], lengths[r], ))
      _2 = torch.append(masks, (self).visible(starts[r], cleans[r], guesses[r], lengths[r], blocks[r], firstblocks[r], ))
    c = torch.unsqueeze(torch.cat(cs, 0), 1)
    s = torch.unsqueeze(torch.cat(ss, 0), 1)
    x = torch.to(torch.embedding(w[0], ids), 6)
    for i in range(${layers}):
      at = torch.add(${firstLayer}, torch.mul(i, ${layerWeights}))
      q, k, v, = (self).heads(x, w, at, c, s, )
      attended = annotate(List[Tensor], [])
      row = 0
      for r in range(sequences):
        n = lengths[r]
        total = torch.add(starts[r], n)
        _0 = torch.copy_(torch.narrow((keys[r])[i], 2, starts[r], n), torch.narrow(k, 2, row, n))
        _1 = torch.copy_(torch.narrow((values[r])[i], 2, starts[r], n), torch.narrow(v, 2, row, n))
        ownq = torch.narrow(q, 2, row, n)
        allk = torch.narrow((keys[r])[i], 2, 0, total)
        allv = torch.narrow((values[r])[i], 2, 0, total)
        if torch.gt(torch.mul(torch.add(cleans[r], guesses[r]), torch.sub(n, 1)), 0):
          a = torch.scaled_dot_product_attention(ownq, allk, allv, masks[r], 0., False, scale=None, enable_gqa=${grouped})
        else:
          a = torch.scaled_dot_product_attention(ownq, allk, allv, None, 0., False, scale=None, enable_gqa=${grouped})  # a canvas alone, or one token alone, sees everything
        _2 = torch.append(attended, a)
        row = torch.add(row, n)
      x = (self).rest(x, torch.cat(attended, 2), w, at, )
    rows = annotate(List[Tensor], [])
    row = 0
    for r in range(sequences):
      _0 = torch.append(rows, torch.narrow(torch.select(x, 0, 0), 0, torch.add(row, firsts[r]), torch.sub(lengths[r], firsts[r])))
      row = torch.add(row, lengths[r])
    y = (self).logits(torch.cat(rows, 0), w, )
    logits = annotate(List[Tensor], [])
    row = 0
    for r in range(sequences):
      n = torch.sub(lengths[r], firsts[r])
      _0 = torch.append(logits, torch.narrow(y, 0, row, n))
      row = torch.add(row, n)
    return logits

  # Logits to choose by: those of the mask token are not among them.
  def choices(self: __torch__.M, logits: Tensor) -> Tensor:
${choices}

  # The same without the tail of each row beyond probability top_p; the token that crosses it stays.
  def within(self: __torch__.M, logits: Tensor, top_p: float) -> Tensor:
    p, order, = torch.sort(torch.softmax((self).choices(logits, ), -1), -1, True)
    tail = torch.ge(torch.sub(torch.cumsum(p, -1), p), top_p)
    return torch.masked_fill(logits, torch.scatter(torch.zeros_like(tail), -1, order, tail), -inf)

  # The likeliest token of each row and its probability: ids (n) int64, confidence (n) float32.
  def likeliest(self: __torch__.M, logits: Tensor) -> List[Tensor]:
    p, ids, = torch.max(torch.softmax((self).choices(logits, ), -1), -1, False)
    return [ids, p]

  # One token a row from softmax(logits / temperature), cut to the smallest set of probability top_p, by the inverse
  # of its distribution function at uniforms (n, 1) in [0, 1). Confidence is the model's own probability, untempered.
  def sample(self: __torch__.M, logits: Tensor, temperature: float, top_p: float, uniforms: Tensor) -> List[Tensor]:
    choices = (self).choices(logits, )
    p, order, = torch.sort(torch.softmax(torch.div(choices, temperature), -1), -1, True)
    before = torch.sub(torch.cumsum(p, -1), p)
    kept = torch.mul(p, torch.lt(before, top_p))
    reached = torch.cumsum(kept, -1)
    target = torch.mul(uniforms, torch.narrow(reached, -1, -1, 1))
    rank = torch.sum(torch.le(reached, target), [-1], True)
    rank = torch.clamp(rank, 0, torch.sub(torch.size(p, -1), 1))
    ids = torch.gather(order, -1, rank)
    confidence = torch.gather(torch.softmax(choices, -1), -1, ids)
    return [torch.squeeze(ids, -1), torch.squeeze(confidence, -1)]

  # Entropy of each row in nats: (n) float32. The mask token's probability is 0 and adds nothing.
  def entropies(self: __torch__.M, logits: Tensor) -> Tensor:
    return torch.sum(torch.special_entr(torch.softmax((self).choices(logits, ), -1)), [-1])

  # By how much each row's likeliest token leads the second, as probability: (n) float32.
  def margins(self: __torch__.M, logits: Tensor) -> Tensor:
    p, _0, = torch.topk(torch.softmax((self).choices(logits, ), -1), 2, -1, True, True)
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

  # A weight in memory of its own: the argument's is the JVM's, which may take it back.
  def weight(self: __torch__.M, x: Tensor) -> Tensor:
    return torch.to(x, ${dtype}, False, True)

  def empty_weight(self: __torch__.M, shape: List[int], dtype: int) -> Tensor:
    return torch.empty(shape, dtype=dtype, layout=None, device=None, pin_memory=None, memory_format=None)

  # Fills rows of a weight from `first` with float32 values of the same shape; whether all are finite.
  def fill_weight(self: __torch__.M, weight: Tensor, first: int, values: Tensor) -> Tensor:
    rows = torch.narrow(weight, 0, first, torch.size(values, 0))
    _0 = torch.copy_(rows, values)
    return torch.all(torch.isfinite(rows))
