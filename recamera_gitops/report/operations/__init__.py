"""How the values of single operations look, a module for each kind of thing that they are about."""
