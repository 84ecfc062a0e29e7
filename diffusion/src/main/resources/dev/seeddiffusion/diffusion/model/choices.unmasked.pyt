    choices = torch.clone(logits)
    _0 = torch.fill_(torch.narrow(choices, -1, ${mask}, 1), -inf)
    return choices
