    q = torch.to(q, 6)
    k = torch.to(k, 6)
