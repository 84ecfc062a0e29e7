# What transformer.pyt needs, over weights as they are trained: float32, converted at each use.

  def linear(self: __torch__.M, x: Tensor, weight: Tensor) -> Tensor:
    return torch.linear(torch.to(x, ${dtype}), torch.to(weight, ${dtype}))

  def biased(self: __torch__.M, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    return torch.linear(torch.to(x, ${dtype}), torch.to(weight, ${dtype}), torch.to(bias, ${dtype}))

  def head(self: __torch__.M, w: List[Tensor]) -> Tensor:
    return w[${head}]
