"""`python -m recamera_gitops.cli` is the same as `recamera-gitops`."""

from recamera_gitops.cli.main import run

if __name__ == "__main__":
    run()
