    _0 = torch.fill_(torch.narrow(y, -1, ${mask}, 1), -inf)  # the mask token is never an output
