"""From a repository of YAML files to the declared state of each camera, with the place of every wish."""
