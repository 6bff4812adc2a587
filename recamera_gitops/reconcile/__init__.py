"""From a wish and a camera to a plan, from a plan to an outcome.

    declared ─┐
              ├─► target ─► changes ─► plan ─► steps ─► requests ─► outcome
    live ─────┘                                         (observe again: verified)

observe   one GET per route and camera → documents → live values. Sends reads only.
planner   lays declared over live, asks the rules, compares, orders. Pure.
steps     changes → the requests that make them true. Pure.
apply     re-reads, compares with the plan, sends the steps, reads back.

declared  what the files say, partial: leaf path → value and place
live      what the camera said, decoded; its raw answer is kept beside it
target    live with declared laid over it
change    one leaf whose live value is not the target's: before, after, place of the wish
plan      frozen, comparable, serialisable; it holds no secret and nothing callable
step      data: one request, one edit session, or one conversation
outcome   verified, unverified, failed, unknown, not attempted
"""
