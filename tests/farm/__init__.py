"""The link farm: many web sites on the loopback, each with its faults, and the truth about every link.

One process, one event loop, one plain protocol: no framework, so that the farm is no bottleneck.

- :mod:`tests.farm.server` runs it: in a thread (``with running(farm):``) or as a process of its own
  (``python -m tests.farm``).
- :mod:`tests.farm.sites` holds the sites, their addresses, names, pages and certificates.
- :mod:`tests.farm.pages` holds what a page can do, from a plain answer to a gzip bomb.
- :mod:`tests.farm.rows` grows every row of the verdict table, :mod:`tests.farm.plans` the lists of benchmarks.
- :mod:`tests.farm.truth` holds what is true of a link, writes the lists and compares.
- :mod:`tests.farm.stats` counts what a host saw: requests, most in flight, the fullest second, connections.
- :mod:`tests.farm.fence` stops whatever would leave the machine.
"""
