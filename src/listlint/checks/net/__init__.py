"""NET: what the network says of links."""
