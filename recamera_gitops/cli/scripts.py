"""What a shell has to be told to ask this program for candidates."""

from collections.abc import Mapping
from typing import Final

_BASH: Final = r"""# bash completion for recamera-gitops and rcg

_recamera_gitops() {
    local kind value help word=${COMP_WORDS[COMP_CWORD]}
    COMPREPLY=()
    [[ $word == [=:] ]] && word=
    while IFS=$'\t' read -r kind value help; do
        case $kind in
            file | dir)
                compopt -o filenames
                while IFS= read -r value; do
                    COMPREPLY+=("$value")
                done < <(compgen -A "${kind/dir/directory}" -- "$word")
                ;;
            part)
                compopt -o nospace
                COMPREPLY+=("$value")
                ;;
            plain) COMPREPLY+=("$value") ;;
        esac
    done < <(_RECAMERA_GITOPS_COMPLETE=bash _RECAMERA_GITOPS_BREAKS=$COMP_WORDBREAKS \
        _RECAMERA_GITOPS_LINE=${COMP_LINE:0:COMP_POINT} "$1" 2>/dev/null)
}

complete -o nosort -F _recamera_gitops recamera-gitops rcg 2>/dev/null ||
    complete -F _recamera_gitops recamera-gitops rcg
"""

_ZSH: Final = r"""#compdef recamera-gitops rcg
# zsh completion for recamera-gitops and rcg

_recamera_gitops() {
    local line kind value help
    local -a plain parts
    for line in "${(@f)$(_RECAMERA_GITOPS_COMPLETE=zsh \
        _RECAMERA_GITOPS_LINE="${(j: :)words[1,CURRENT-1]} $PREFIX" "$words[1]" 2>/dev/null)}"; do
        kind=${line%%$'\t'*} line=${line#*$'\t'}
        value=${line%%$'\t'*} help=${line#*$'\t'}
        case $kind in
            file) _files ;;
            dir) _files -/ ;;
            part) parts+=("$value") ;;
            plain) plain+=("${value//:/\\:}${help:+:$help}") ;;
        esac
    done
    (( $#plain )) && _describe -V recamera-gitops plain
    (( $#parts )) && compadd -S '' -a parts
}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    _recamera_gitops "$@"
else
    compdef _recamera_gitops recamera-gitops rcg
fi
"""

_FISH: Final = r"""# fish completion for recamera-gitops and rcg

function __recamera_gitops
    set -l program (commandline -opc)[1]
    set -l line (commandline -cp | string collect)
    for answer in (env _RECAMERA_GITOPS_COMPLETE=fish _RECAMERA_GITOPS_LINE=$line $program 2>/dev/null)
        set -l fields (string split \t -- $answer)
        switch $fields[1]
            case file
                __fish_complete_path (commandline -ct)
            case dir
                __fish_complete_directories (commandline -ct)
            case part plain
                printf '%s\t%s\n' $fields[2] $fields[3]
        end
    end
end

complete --no-files --command recamera-gitops --arguments '(__recamera_gitops)'
complete --no-files --command rcg --arguments '(__recamera_gitops)'
"""

SCRIPTS: Final[Mapping[str, str]] = {"bash": _BASH, "zsh": _ZSH, "fish": _FISH}
