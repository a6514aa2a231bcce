"""Asks the network what became of links, politely. The only layer that opens sockets."""
