"""How fast a fleet is planned, beside other ways to ask the same of the same cameras."""
