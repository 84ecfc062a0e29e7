# What training adds to transformer.pyt: the loss over scored rows, and the optimiser's step.

  # Logits of rows (k) int64 of the b·n tokens: (k, v). Arguments as in losses.
  def at(self: __torch__.M, ids: Tensor, rows: Tensor, w: List[Tensor], cos: Tensor, sin: Tensor, positions: Tensor, mask: Tensor) -> Tensor:
    shape = [torch.size(ids, 0), torch.size(ids, 1), ${headWidth}]
    cos = torch.view(torch.index_select(cos, 0, positions), shape)
    sin = torch.view(torch.index_select(sin, 0, positions), shape)
    x = torch.reshape((self).packed(ids, w, cos, sin, mask, ), [-1, ${hiddenWidth}])
    return (self).logits(torch.index_select(x, 0, rows), w, )

  # The likeliest token of each of the rows and its probability: ids (k) int64, confidence (k) float32.
  def propose(self: __torch__.M, ids: Tensor, rows: Tensor, w: List[Tensor], cos: Tensor, sin: Tensor, positions: Tensor, mask: Tensor) -> List[Tensor]:
    p, likeliest, = torch.max(torch.softmax((self).at(ids, rows, w, cos, sin, positions, mask, ), -1), -1, False)
    return [likeliest, p]

  # ids (b, n) int64, positions (b·n) int64 into cos and sin, mask (b, 1, n, n) boolean;
  # rows (k) int64 picks hidden states of the b·n, targets (k) int64 what each should predict,
  # scales (2, k) float32 each row's share in the diffusion and in the next-token loss: both losses, (2).
  def losses(self: __torch__.M, ids: Tensor, rows: Tensor, targets: Tensor, scales: Tensor, w: List[Tensor], cos: Tensor, sin: Tensor, positions: Tensor, mask: Tensor) -> Tensor:
    y = (self).at(ids, rows, w, cos, sin, positions, mask, )
    nll = torch.cross_entropy_loss(y, targets, None, 0, -100, 0.)
    return torch.mv(scales, nll)

  # Scales all gradients so that their common norm is at most `limit`; returns the norm before.
  def clip(self: __torch__.M, gradients: List[Tensor], limit: float) -> Tensor:
    norm = torch.linalg_vector_norm(torch.stack(torch._foreach_norm(gradients, 2), 0), 2)
    _0 = torch._foreach_mul_(gradients, torch.clamp(torch.div(limit, torch.add(norm, 1e-06)), None, 1.))
    return norm

  def adamw(self: __torch__.M, w: List[Tensor], gradients: List[Tensor], mean: List[Tensor], square: List[Tensor], steps: List[Tensor], rate: float, decay: float) -> Tensor:
    _0 = torch._foreach_add_(steps, 1)
    _1 = torch._fused_adamw_(w, gradients, mean, square, annotate(List[Tensor], []), steps, lr=rate, beta1=0.9, beta2=0.95, weight_decay=decay, eps=1e-08, amsgrad=False, maximize=False, grad_scale=None, found_inf=None)
    return steps[0]

  # average ← average + share · (w − average)
  def average(self: __torch__.M, averages: List[Tensor], w: List[Tensor], share: float) -> Tensor:
    _0 = torch._foreach_lerp_(averages, w, share)
    return averages[0]
